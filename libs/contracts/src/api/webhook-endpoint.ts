import { z } from 'zod';
import { EVENT_TYPES, type EventType } from '../events.js';
import { pageOf } from './page.js';

const SYMMETRIC_KEY = /^whsec_(?:[A-Za-z0-9+/]{4}){6,22}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ED25519_KEY = /^whsk_[A-Za-z0-9+/]{86}==$/;

/** A secret that is made here, or with `key` one that a sender before Signalbox used. */
const newWebhookSecret = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('symmetric'),
    key: z
      .string()
      .regex(SYMMETRIC_KEY, { error: 'must be whsec_ and 24 to 64 bytes in base64' })
      .optional()
      .meta({ description: 'absent: made here' }),
  }),
  z.strictObject({
    kind: z.literal('ed25519'),
    key: z
      .string()
      .regex(ED25519_KEY, { error: 'must be whsk_ and 64 bytes in base64: the seed and the public key' })
      .optional()
      .meta({ description: 'absent: made here' }),
  }),
]);
export type NewWebhookSecret = z.output<typeof newWebhookSecret>;

/** The body of `POST /v1/webhook-endpoints/{id}/secrets`. */
export const secretRotation = z.strictObject({
  secret: newWebhookSecret.default({ kind: 'symmetric' }),
  othersExpireAfterSeconds: z
    .int()
    .min(0)
    .max(30 * 86_400)
    .nullable()
    .default(86_400)
    .meta({ description: 'how long the other secrets go on signing; null: until they are deleted' }),
});
export type SecretRotation = z.output<typeof secretRotation>;

const url = z.string().min(1).max(2_048).meta({ description: 'https; port 443, or 1024 and above' });
const description = z.string().trim().min(1).max(500);
const eventTypes = z
  .array(z.enum(Object.keys(EVENT_TYPES) as [EventType, ...EventType[]]))
  .min(1)
  .transform((types) => [...new Set(types)]);
const ordered = z.boolean().meta({
  description: 'the next event of a subject waits until the one before was delivered or given up',
});

/** The body of `POST /v1/webhook-endpoints`. */
export const newWebhookEndpoint = z.strictObject({
  url,
  description: description.optional(),
  eventTypes: eventTypes.optional().meta({ description: 'only these types; absent: all' }),
  ordered: ordered.default(false),
  secret: newWebhookSecret.default({ kind: 'symmetric' }),
});
export type NewWebhookEndpoint = z.output<typeof newWebhookEndpoint>;

/** The body of `PATCH /v1/webhook-endpoints/{id}`: what is left out stays as it is. */
export const webhookEndpointChange = z.strictObject({
  url: url.optional(),
  description: description.nullable().optional(),
  eventTypes: eventTypes.nullable().optional().meta({ description: 'null: all types' }),
  ordered: ordered.optional(),
  enabled: z.boolean().optional(),
});
export type WebhookEndpointChange = z.output<typeof webhookEndpointChange>;

export const webhookEndpointParams = z.strictObject({ id: z.string().meta({ description: '`whe_...`' }) });
export const webhookSecretParams = webhookEndpointParams.extend({
  secretId: z.string().meta({ description: '`whs_...`' }),
});

const webhookSecretView = z.object({
  id: z.string(),
  kind: z.enum(['symmetric', 'ed25519']),
  publicKey: z.string().optional().meta({ description: 'ed25519: `whpk_...`, what a receiver verifies with' }),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable().meta({ description: 'until when it signs; null: until it is deleted' }),
});
export type WebhookSecretView = z.output<typeof webhookSecretView>;

/** The answer to its making, the only one with a secret in it. */
export const createdWebhookSecret = webhookSecretView.extend({
  secret: z.string().optional().meta({ description: 'symmetric: `whsec_...`; shown only here' }),
});
export type CreatedWebhookSecret = z.output<typeof createdWebhookSecret>;

export const webhookEndpointView = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  eventTypes: z.array(z.string()).nullable().meta({ description: 'null: all types' }),
  ordered: z.boolean(),
  enabled: z.boolean(),
  disabledReason: z
    .enum(['requested', 'gone', 'failing'])
    .nullable()
    .meta({ description: '`gone`: it answered 410; `failing`: nothing but failures for five days' }),
  disabledAt: z.iso.datetime().nullable(),
  failingSince: z.iso.datetime().nullable().meta({ description: 'the first failure since the last success' }),
  pausedUntil: z.iso.datetime().nullable().meta({
    description:
      'after failures in a row, or as the endpoint asked: nothing is sent before then but one probe after it',
  }),
  secrets: z.array(webhookSecretView).meta({ description: 'those that sign, newest first' }),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type WebhookEndpointView = z.output<typeof webhookEndpointView>;
export const webhookEndpointPage = pageOf(webhookEndpointView);

export const createdWebhookEndpoint = webhookEndpointView.extend({ secret: createdWebhookSecret });
export type CreatedWebhookEndpoint = z.output<typeof createdWebhookEndpoint>;
