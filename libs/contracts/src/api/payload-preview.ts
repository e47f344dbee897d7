import { z } from 'zod';

const payload = z.object({
  bytes: z.int().meta({ description: 'of UTF-8, as the provider gets them' }),
  limit: z.int().meta({ description: 'what the provider takes at most' }),
  fits: z.boolean(),
  headers: z.record(z.string(), z.string()).optional().meta({ description: 'what is said beside the payload' }),
  payload: z
    .record(z.string(), z.unknown())
    .meta({ description: 'what is sent, but for the address of the device; sbx_delivery_id stands for the real one' }),
});

/** What is shown to readers of one language, and what each provider would be handed for them. */
const wordingPreview = z.object({
  content: z.object({
    title: z.string().optional(),
    body: z.string().optional(),
    data: z.record(z.string(), z.string()).optional(),
    imageUrl: z.string().optional(),
    badge: z.int().optional(),
    sound: z.string().optional(),
  }),
  payloads: z.record(z.string(), payload).meta({ description: 'by provider' }),
});
export type WordingPreview = z.output<typeof wordingPreview>;

/** The answer of `POST /v1/templates/{name}/preview`. */
export const templatePreview = z.object({
  name: z.string(),
  version: z.int(),
  locales: z.record(z.string(), wordingPreview),
  reader: wordingPreview
    .extend({ locale: z.string().meta({ description: 'of the template, whose words this reader gets' }) })
    .optional()
    .meta({ description: 'for the locale that was asked for' }),
});
export type TemplatePreview = z.output<typeof templatePreview>;

const recipient = z.object({
  deviceId: z.string(),
  userId: z.string().nullable(),
  provider: z.string(),
  outcome: z.enum(['send', 'delay', 'refuse']),
  locale: z.string().optional().meta({ description: 'that a template would be written in' }),
  quietly: z.boolean().optional().meta({ description: 'without sound: it is quiet hours' }),
  reason: z.string().optional(),
  rule: z.string().optional().meta({ description: 'of the policy' }),
  until: z.iso.datetime().optional(),
});
export type DryRunRecipient = z.output<typeof recipient>;

/** The answer of `POST /v1/notifications` with `options.dryRun`. */
export const dryRunAnswer = z.object({
  dryRun: z.literal(true),
  template: z.object({ id: z.string(), version: z.int() }).optional(),
  category: z.string().optional(),
  expiresAt: z.iso.datetime(),
  locales: z.record(z.string(), wordingPreview).meta({ description: 'by language; `*` where it has but one wording' }),
  devices: z.object({ send: z.int(), delay: z.int(), refuse: z.int() }).meta({ description: 'how many' }),
  recipients: z.array(recipient).meta({ description: 'the first 500' }),
  withoutDevice: z.array(z.string()).meta({ description: 'who was asked for and has no phone to send to' }),
});
export type DryRunAnswer = z.output<typeof dryRunAnswer>;
