import { z } from 'zod';
import { pageOf, pageQuery } from './page.js';
import { webhookEndpointParams } from './webhook-endpoint.js';

const state = z.enum(['pending', 'retrying', 'delivered', 'failed']);

export const webhookDeliveryQuery = pageQuery.extend({
  state: state.optional().meta({
    description: 'only deliveries in this state; a page may then hold fewer than `limit` although there are more',
  }),
});
export type WebhookDeliveryQuery = z.output<typeof webhookDeliveryQuery>;

export const webhookDeliveryParams = webhookEndpointParams.extend({
  deliveryId: z.string().meta({ description: '`whd_...`, or the `evt_...` of its event' }),
});

const webhookAttemptView = z.object({
  attempt: z.int().meta({ description: 'from 1, over all resends' }),
  at: z.iso.datetime(),
  status: z.int().nullable().meta({ description: 'null: there was no answer' }),
  milliseconds: z.int(),
  answer: z.string().nullable().meta({ description: 'the first 1,024 bytes of the body' }),
  error: z.string().nullable().meta({ description: 'why there was no answer, or none that counts' }),
});
export type WebhookAttemptView = z.output<typeof webhookAttemptView>;

export const webhookDeliveryView = z.object({
  id: z.string(),
  endpointId: z.string(),
  eventId: z.string().meta({ description: 'the `webhook-id` of every attempt' }),
  eventType: z.string(),
  subject: z.string(),
  state,
  attempts: z.int(),
  reason: z.string().nullable().meta({ description: 'why it failed, or failed so far' }),
  nextAttemptAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  lastAttempt: webhookAttemptView.nullable(),
});
export type WebhookDeliveryView = z.output<typeof webhookDeliveryView>;
/** Newest event first: a delivery log is looked at from its end. */
export const webhookDeliveryPage = pageOf(webhookDeliveryView);

/** One delivery with every attempt at it, oldest first. */
export const webhookDeliveryHistory = webhookDeliveryView.extend({ log: z.array(webhookAttemptView) });
export type WebhookDeliveryHistory = z.output<typeof webhookDeliveryHistory>;

/** The body of `POST /v1/webhook-endpoints/{id}/recover`. */
export const recoverRequest = z.strictObject({
  since: z.iso.datetime({ offset: true }).meta({ description: 'events from this time on, by the time in their ids' }),
  perSecond: z.int().min(1).max(500).default(20).meta({ description: 'how many are sent each second' }),
});
export type RecoverRequest = z.output<typeof recoverRequest>;
export const recoverAnswer = z.object({
  since: z.iso.datetime(),
  until: z.iso.datetime().meta({ description: 'later events come by themselves' }),
  perSecond: z.int(),
});
export type RecoverAnswer = z.output<typeof recoverAnswer>;
