import { z } from 'zod';
import { pageOf, pageQuery } from './page.js';

export const paymentParams = z.strictObject({ id: z.string().meta({ description: '`pay_...`' }) });
export const paymentQuery = pageQuery;
export type PaymentQuery = z.output<typeof paymentQuery>;

const amount = z.int().meta({ description: "in the currency's smallest unit" });

export const paymentStatus = z
  .enum([
    'unknown',
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'processing',
    'requires_capture',
    'canceled',
    'succeeded',
  ])
  .meta({ description: 'unknown: only a refund, a dispute or a charge has told of it so far' });

const paymentCharge = z.object({
  id: z.string().meta({ description: "the gateway's id of the attempt" }),
  status: z.enum(['pending', 'succeeded', 'failed']),
  amount,
  currency: z.string(),
  captured: z.boolean(),
  kind: z.string().nullable().meta({ description: '`card`, `sepa_debit`, ...' }),
  brand: z.string().nullable(),
  last4: z.string().nullable(),
  failureCode: z.string().nullable(),
  outcome: z.string().nullable().meta({ description: 'what the bank or the gateway’s own check said' }),
});
export const refundStatus = z.enum(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']);

const paymentRefund = z.object({
  id: z.string(),
  status: refundStatus,
  amount,
  currency: z.string(),
  reason: z.string().nullable(),
  failureReason: z.string().nullable(),
});
const paymentDispute = z.object({
  id: z.string(),
  status: z.string(),
  amount,
  currency: z.string(),
  reason: z.string().nullable(),
  evidenceDueBy: z.iso.datetime().nullable(),
});

/** What a payment has come to, as far as the gateway told of it. */
const paymentView = z.object({
  id: z.string(),
  status: paymentStatus,
  amount: amount.nullable(),
  currency: z.string().nullable(),
  amountReceived: amount,
  amountCapturable: amount,
  amountRefunded: amount.meta({ description: 'what went back in all; refunds that failed are taken off' }),
  userId: z.string().nullable(),
  orderId: z.string().nullable().meta({ description: 'null: it was made at the gateway by somebody else' }),
  gateway: z.enum(['stripe', 'braintree']),
  gatewayRef: z
    .string()
    .nullable()
    .meta({ description: "the gateway's id of it; null while the gateway knows nothing of it" }),
  account: z.string().nullable().meta({ description: 'the connected account, where it is not the app’s own' }),
  livemode: z.boolean(),
  nextAction: z.string().nullable().meta({ description: 'what the customer has to do now' }),
  lastError: z.object({ code: z.string().nullable(), declineCode: z.string().nullable() }).nullable(),
  cancellationReason: z.string().nullable(),
  asOf: z.iso
    .datetime()
    .meta({ description: 'when the gateway last told how it stands, whether by an event or in an answer' }),
  createdAt: z.iso.datetime().meta({ description: 'when we first heard of it' }),
});
export type PaymentView = z.output<typeof paymentView>;
/** Newest first. */
export const paymentPage = pageOf(paymentView);

const timelineEffect = z.object({
  effect: z.string(),
  at: z.iso.datetime(),
  fact: z.object({ id: z.string(), type: z.string(), data: z.record(z.string(), z.unknown()) }).nullable(),
  notification: z
    .object({ id: z.string(), acceptedAt: z.iso.datetime() })
    .nullable()
    .meta({ description: 'the notification that told the user of the fact' }),
});

/** One event of the gateway's about a payment or anything that belongs to it. */
const timelineEntry = z.object({
  id: z.string().meta({ description: '`ste_...`' }),
  gatewayEvent: z.string(),
  type: z.string(),
  object: z.string().nullable().meta({ description: "the gateway's id of what it is about" }),
  shape: z.enum(['snapshot', 'thin']),
  via: z
    .enum(['webhook', 'reconciler', 'call'])
    .meta({ description: '`call`: none of Stripe’s; a call of ours changed the object, so it was looked at again' }),
  createdAt: z.iso.datetime().meta({ description: 'by the gateway’s clock, which knows whole seconds' }),
  receivedAt: z.iso.datetime(),
  decision: z.enum(['waiting', 'dead', 'applied', 'superseded', 'repeated', 'stored', 'discarded']),
  detail: z.string().nullable(),
  effects: z.array(timelineEffect),
});
export type PaymentTimelineEntry = z.output<typeof timelineEntry>;

/** A payment with all that belongs to it, and why it stands as it does: every event, in order of time, and what came of it. */
export const paymentHistory = paymentView.extend({
  charges: z.array(paymentCharge).meta({ description: 'of those that failed the newest 1,000' }),
  refunds: z.array(paymentRefund),
  disputes: z.array(paymentDispute),
  timeline: z.array(timelineEntry).meta({
    description: 'in order of time, the newest 1,000: older ones are in the list of Stripe events, by `objectId`',
  }),
});
export type PaymentHistory = z.output<typeof paymentHistory>;
