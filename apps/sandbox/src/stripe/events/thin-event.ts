import type { StripeEvent, ThinEvent } from '../objects/event.js';
import type { Shown } from '../objects/stripe-object.js';
import { randomText } from '../wire/ids.js';

/** Where the object of an event is retrieved; what is not here has no address of its own. */
export const ADDRESSES: ReadonlyMap<string, string> = new Map([
  ['charge', '/v1/charges'],
  ['coupon', '/v1/coupons'],
  ['customer', '/v1/customers'],
  ['dispute', '/v1/disputes'],
  ['invoice', '/v1/invoices'],
  ['invoice_payment', '/v1/invoice_payments'],
  ['invoiceitem', '/v1/invoiceitems'],
  ['payment_intent', '/v1/payment_intents'],
  ['payment_method', '/v1/payment_methods'],
  ['payout', '/v1/payouts'],
  ['plan', '/v1/plans'],
  ['price', '/v1/prices'],
  ['product', '/v1/products'],
  ['radar.early_fraud_warning', '/v1/radar/early_fraud_warnings'],
  ['refund', '/v1/refunds'],
  ['setup_intent', '/v1/setup_intents'],
  ['subscription', '/v1/subscriptions'],
]);

/**
 * The thin event of the same change: it names the object instead of showing it. Its id follows from the snapshot's, so it
 * need not be kept.
 */
export function thinEventOf(event: StripeEvent): ThinEvent {
  const { id, object: kind } = event.data.object;
  const path = ADDRESSES.get(kind);
  return {
    id: thinIdOf(event.id),
    object: 'v2.core.event',
    type: `v1.${event.type}`,
    livemode: false,
    created: new Date(event.created * 1000).toISOString(),
    ...(event.account !== undefined && { context: event.account }),
    reason: event.request.id === null ? null : { type: 'request', request: event.request },
    related_object: path === undefined || id === undefined ? null : { id, type: kind, url: `${path}/${id}` },
    snapshot_event: event.id,
  };
}

const THIN = 'evt_test_65';

function thinIdOf(snapshotId: string): string {
  return snapshotId.replace(/^evt_/, THIN);
}

export function snapshotIdOf(thinId: string): string {
  return thinId.replace(THIN, 'evt_');
}

/** An event of this type could not be generated for this object: Stripe says so once it knows, as a thin event only. */
export function generationFailure(type: string, object: Shown, context: string | undefined, at: number): ThinEvent {
  const when = new Date(at * 1000).toISOString();
  const { id, object: kind } = object;
  return {
    id: `${THIN}${randomText(30)}`,
    object: 'v2.core.event',
    type: 'v2.core.health.event_generation_failure.resolved',
    livemode: false,
    created: when,
    reason: null,
    related_object: null,
    data: {
      alert_id: `halert_${randomText(40)}`,
      grouping_key: `_grouping_${randomText(40)}`,
      impact: {
        ...(context !== undefined && { context }),
        event_type: type,
        related_object_id: id,
        related_object: { id, type: kind, url: `https://dashboard.stripe.com/${kind}s/${id}` },
      },
      resolved_at: when,
      summary: 'We have failed to create a notification for your Stripe account.',
    },
  };
}

/** What is sent of a thin event: its data has to be fetched. */
export function notificationOf({ data: _fetched, ...notification }: ThinEvent): object {
  return notification;
}
