import { z } from 'zod';
import { LANES } from './lanes.js';

const deliveryFact = z.object({
  deliveryId: z.string(),
  deviceId: z.string(),
  provider: z.string(),
  /** The attempt this fact tells of, from 1; 0 when nothing was tried. */
  attempt: z.number().int(),
  reason: z.string().optional(),
  /** The provider's answer as it came. */
  answer: z.unknown().optional(),
  /** When the next attempt is due. */
  nextAttemptAt: z.string().optional(),
});

/** The recipients of a notification, as the caller named them. */
const notificationRecipients = z.union([
  z.strictObject({ userId: z.string() }),
  z.strictObject({ userIds: z.array(z.string()) }),
  z.strictObject({ installationId: z.string() }),
]);

const notificationAccepted = z.object({
  /** The work row that the accept made; everything that is still open for the notification descends from it. */
  root: z.uuid(),
  lane: z.enum(LANES),
  to: notificationRecipients,
  expiresAt: z.iso.datetime(),
  category: z.string().optional(),
  collapseKey: z.string().optional(),
});
export type NotificationAccepted = z.output<typeof notificationAccepted>;

const webhookEndpointFact = z.object({ endpointId: z.string() });

/**
 * Every fact that a service may write into the event log, with the schema of its `data`. The feed shows facts under
 * these names; a consumer parses `data` with the schema found here. New fields are optional, old ones stay.
 */
export const EVENT_TYPES = {
  'app.created': z.object({ name: z.string() }),
  'credential.changed': z.object({ provider: z.string(), credentialId: z.string(), version: z.number().int() }),
  'api_key.created': z.object({
    keyId: z.string(),
    kind: z.enum(['secret', 'publishable']),
    scopes: z.array(z.string()),
  }),
  'api_key.revoked': z.object({ keyId: z.string() }),
  'device.registered': z.object({ deviceId: z.string(), installationId: z.string(), platform: z.string() }),
  'device.removed': z.object({ deviceId: z.string(), installationId: z.string(), reason: z.string() }),
  /**
   * A device that a provider's answer had ended gets notifications again: `undone` by a caller, `reproved` by the
   * provider itself, or `kept` by an operator when a deletion guard held it.
   */
  'device.restored': z.object({ deviceId: z.string(), installationId: z.string(), reason: z.string() }),
  'device.suspected': z.object({ deviceId: z.string(), installationId: z.string(), reason: z.string() }),
  'notification.accepted': notificationAccepted,
  'notification.cancelled': z.object({}),
  /** Written when routing made anything but one delivery. */
  'notification.routed': z.object({
    deliveries: z.number().int(),
    withoutDevice: z.array(z.string()),
    /** Those of `withoutDevice` that have devices, which are all suspect. */
    onlySuspect: z.array(z.string()).optional(),
  }),
  /** Routing made no delivery at all; `deviceIds` are suspect devices that it passed over, up to twenty. */
  'notification.undeliverable': z.object({ reason: z.string(), deviceIds: z.array(z.string()).optional() }),
  'delivery.sent': deliveryFact,
  'delivery.retrying': deliveryFact,
  'delivery.rejected': deliveryFact,
  'delivery.gone': deliveryFact,
  'delivery.suspect': deliveryFact,
  'delivery.refused': deliveryFact,
  'delivery.expired': deliveryFact,
  'delivery.dead': deliveryFact,
  /** A dead letter was sent again, as a new delivery. */
  'delivery.replayed': z.object({
    deliveryId: z.string(),
    replayId: z.string(),
    deviceId: z.string(),
    provider: z.string(),
    reason: z.string(),
  }),
  /** A dead letter was put away for good. */
  'delivery.discarded': z.object({
    deliveryId: z.string(),
    deviceId: z.string(),
    provider: z.string(),
    reason: z.string(),
    note: z.string(),
  }),
  'category.changed': z.object({ category: z.string(), guarantee: z.string() }),
  /** A credential's answers would have deleted more devices than is usual: from here on they are suspect instead. */
  'deletion_guard.tripped': z.object({ credentialId: z.string(), provider: z.string() }),
  'deletion_guard.released': z.object({ credentialId: z.string(), verdict: z.string(), devices: z.number().int() }),
  'hold.placed': z.object({
    credentialId: z.string(),
    reason: z.string(),
    until: z.string(),
    scope: z.string().optional(),
    /** How often in a row, from 1: a hold that comes back after its probe lasts longer each time. */
    times: z.number().int().optional(),
  }),
  'hold.lifted': z.object({ credentialId: z.string(), reason: z.string() }),
  /** Facts about a webhook endpoint are never sent to that endpoint, but for the test that it was asked to take. */
  'webhook_endpoint.created': webhookEndpointFact,
  'webhook_endpoint.changed': webhookEndpointFact.extend({ fields: z.array(z.string()) }),
  'webhook_endpoint.deleted': webhookEndpointFact,
  'webhook_endpoint.disabled': webhookEndpointFact.extend({
    reason: z.string(),
    failingSince: z.iso.datetime().optional(),
  }),
  'webhook_endpoint.enabled': webhookEndpointFact,
  /** Somebody asked for a test: sent to that endpoint alone, whatever types it wants. */
  'webhook_endpoint.test': webhookEndpointFact,
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
