import { z } from 'zod';

/**
 * Every fact that a service may write into the event log, with the schema of its `data`. The feed shows facts under
 * these names; a consumer parses `data` with the schema found here. New fields are optional, old ones stay.
 */
export const EVENT_TYPES = {
  'app.created': z.object({ name: z.string() }),
  'credential.changed': z.object({ provider: z.string(), credentialId: z.string(), version: z.number().int() }),
  'api_key.created': z.object({ keyId: z.string(), kind: z.enum(['secret', 'publishable']), scopes: z.array(z.string()) }),
  'api_key.revoked': z.object({ keyId: z.string() }),
  'device.registered': z.object({ deviceId: z.string(), installationId: z.string(), platform: z.string() }),
  'device.removed': z.object({ deviceId: z.string(), installationId: z.string(), reason: z.string() }),
  'device.suspected': z.object({ deviceId: z.string(), installationId: z.string(), reason: z.string() }),
  'notification.accepted': z.looseObject({}),
  'notification.cancelled': z.object({}),
  'notification.undeliverable': z.object({ reason: z.string() }),
  'delivery.sent': z.looseObject({}),
  'delivery.retrying': z.looseObject({}),
  'delivery.rejected': z.looseObject({}),
  'delivery.gone': z.looseObject({}),
  'delivery.suspect': z.looseObject({}),
  'delivery.refused': z.looseObject({}),
  'delivery.expired': z.looseObject({}),
  'delivery.dead': z.looseObject({}),
  'hold.placed': z.object({ credentialId: z.string(), reason: z.string(), until: z.string() }),
  'hold.lifted': z.object({ credentialId: z.string(), reason: z.string() }),
} as const;

export type EventType = keyof typeof EVENT_TYPES;

/** One row of the feed as the outside sees it: CloudEvents 1.0 attribute names. */
export const feedEvent = z.object({
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string(),
  time: z.string(),
  seq: z.number().int().optional(),
  data: z.record(z.string(), z.unknown()),
});
export type FeedEvent = z.output<typeof feedEvent>;
