import { z } from 'zod';
import { LANES } from '../lanes.js';
import { categoryName } from './category.js';
import { badge, collapseKey, dataKey, imageUrl, sound, ttlSeconds } from './notification-parts.js';
import { sendAt } from './send-at.js';
import { templateName, templateParams, templateVersionNumber } from './template.js';

const userId = z.string().min(1).max(256);
const installationId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, { error: 'must be 1 to 128 of A-Z a-z 0-9 . _ : -' });

const broadcastOnly = z.never({ error: 'is for POST /v1/broadcasts: it may mean any number of phones' }).optional();

/** Exactly one way of naming recipients. */
const recipients = z
  .strictObject({
    userId: userId.optional(),
    userIds: z.array(userId).min(1).max(500).optional(),
    installationId: installationId.optional(),
    topic: broadcastOnly,
    segment: broadcastOnly,
  })
  .refine((to) => Object.values(to).filter((value) => value !== undefined).length === 1, {
    error: 'must name exactly one of userId, userIds, installationId',
  });

export const notificationContent = z.strictObject({
  title: z.string().min(1).optional(),
  body: z.string().min(1).optional(),
  data: z.record(dataKey, z.string()).optional(),
  imageUrl: imageUrl.optional(),
  badge: badge.optional(),
  sound: sound.optional(),
});

/** The template that the words are made of, and what it is filled in with. */
export const templateUse = z.strictObject({
  id: templateName,
  version: templateVersionNumber.optional().meta({ description: 'the one in force unless told' }),
  params: templateParams.default({}),
});
export type TemplateUse = z.output<typeof templateUse>;

export const notificationOptions = z.strictObject({
  /** The caller's own label, kept with the notification and shown in the feed; the app's policy has its rules. */
  category: categoryName.optional(),
  /** `transactional` never waits behind `bulk`, and is sent with the provider's high priority. */
  priority: z.enum(LANES).default('transactional'),
  ttlSeconds,
  /** A later notification with the same key replaces this one on the phone. */
  collapseKey: collapseKey.optional(),
  silent: z
    .boolean()
    .optional()
    .meta({ description: 'shows nothing: wakes the app, which gets content.data. Phones deliver few of these' }),
  sendAt: sendAt.optional(),
  dryRun: z.boolean().optional().meta({ description: 'says what would be sent to whom, and stores and sends nothing' }),
});

/** The body of `POST /v1/notifications`, and of every line of a batch. */
export const notificationRequest = z
  .strictObject({
    to: recipients,
    content: notificationContent.optional(),
    template: templateUse.optional(),
    options: notificationOptions.prefault({}),
  })
  .superRefine((request, context) => {
    for (const { path, message } of contradictions(request)) context.addIssue({ code: 'custom', path, message });
  });
export type NotificationRequest = z.output<typeof notificationRequest>;
/** The same before the defaults are filled in, as a caller writes it. */
export type NotificationRequestInput = z.input<typeof notificationRequest>;

/** What a notification says: of words and template exactly one, and nothing to show where nothing is shown. */
export function* contradictions(
  request: Pick<NotificationRequest, 'content' | 'template' | 'options'>,
): Generator<{ path: string[]; message: string }> {
  const { content: said, template, options: asked } = request;
  if (template !== undefined && said !== undefined)
    yield { path: ['template'], message: 'must not stand beside content: one of the two says it' };
  if (asked.silent === true) {
    const shown = Object.keys(said ?? {}).filter((name) => name !== 'data');
    const why = 'must not be there: a silent notification shows nothing, it carries content.data';
    if (template !== undefined) yield { path: ['template'], message: why };
    for (const name of shown) yield { path: ['content', name], message: why };
    if (template === undefined && Object.keys(said?.data ?? {}).length === 0)
      yield { path: ['content', 'data'], message: 'is required: it is all that a silent notification carries' };
  } else if (template === undefined) {
    if (said === undefined) yield { path: ['content'], message: 'is required, or a template' };
    else if (said.title === undefined && said.body === undefined)
      yield { path: ['content'], message: 'must have a title or a body, or options.silent beside it' };
  }
}
