import { z } from 'zod';
import { notificationContent, notificationOptions, templateUse } from './notification-request.js';

const { priority, ttlSeconds, category, collapseKey, sendAt, silent } = notificationOptions.shape;

/** `null` takes away what was there. */
const options = z.strictObject({
  priority: priority.unwrap().optional(),
  ttlSeconds: ttlSeconds.unwrap().optional(),
  category: category.nullable(),
  collapseKey: collapseKey.nullable(),
  sendAt: sendAt.nullable().meta({ description: 'null: at once' }),
  silent,
});

/** The body of `PATCH /v1/notifications/{id}`: what is told takes the place of what was, and the rest stays. */
export const notificationEdit = z
  .strictObject({
    content: notificationContent.optional(),
    template: templateUse.optional(),
    options: options.optional(),
  })
  .refine(
    ({ content, template, options: asked = {} }) => Object.keys({ ...content, ...template, ...asked }).length > 0,
    {
      error: 'must have content, a template or options',
    },
  );
export type NotificationEdit = z.output<typeof notificationEdit>;
