import type { EventShape } from '../receive/received-event.js';

/** Types that are listed together: the Events API takes twenty in one call. */
export interface Slice {
  /** Its cursor's name in the database, so it is never renamed; a type may be added to it. */
  readonly name: string;
  readonly shape: EventShape;
  readonly types: readonly string[];
}

/**
 * The types that we react to. Only these are compared: a destination that was never told to send the others has no gap there,
 * and what is not reacted to need not be filled.
 */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  payments: [
    'payment_intent.created',
    'payment_intent.partially_funded',
    'payment_intent.processing',
    'payment_intent.requires_action',
    'payment_intent.amount_capturable_updated',
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'payment_intent.canceled',
    'charge.pending',
    'charge.succeeded',
    'charge.failed',
    'charge.captured',
    'charge.expired',
    'charge.updated',
    'charge.refunded',
  ],
  claims: [
    'refund.created',
    'refund.updated',
    'refund.failed',
    'charge.refund.updated',
    'charge.dispute.created',
    'charge.dispute.updated',
    'charge.dispute.closed',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.funds_reinstated',
    'radar.early_fraud_warning.created',
    'radar.early_fraud_warning.updated',
  ],
  methods: [
    'setup_intent.created',
    'setup_intent.canceled',
    'setup_intent.succeeded',
    'setup_intent.setup_failed',
    'setup_intent.requires_action',
    'payment_method.attached',
    'payment_method.automatically_updated',
    'payment_method.updated',
    'payment_method.detached',
    'customer.created',
    'customer.updated',
    'customer.deleted',
  ],
  billing: [
    'customer.subscription.created',
    'customer.subscription.updated',
    'customer.subscription.deleted',
    'customer.subscription.paused',
    'customer.subscription.resumed',
    'customer.subscription.pending_update_applied',
    'customer.subscription.pending_update_expired',
    'customer.subscription.trial_will_end',
    'invoice.created',
    'invoice.finalized',
    'invoice.updated',
    'invoice.upcoming',
    'invoice.paid',
    'invoice.payment_succeeded',
    'invoice.payment_failed',
    'invoice.payment_action_required',
    'invoice.voided',
    'invoice.marked_uncollectible',
    'invoice_payment.paid',
  ],
  account: [
    'payout.created',
    'payout.updated',
    'payout.canceled',
    'payout.paid',
    'payout.failed',
    'account.application.deauthorized',
  ],
};

/** Changes that thin events name more closely than snapshots do. */
const THIN_GROUPS: typeof GROUPS = {
  ...GROUPS,
  subscriptions: [
    'customer.subscription.active',
    'customer.subscription.trialing',
    'customer.subscription.past_due',
    'customer.subscription.unpaid',
    'customer.subscription.incomplete',
    'customer.subscription.incomplete_expired',
    'customer.subscription.cancel_at_changed',
    'customer.subscription.item_added',
    'customer.subscription.item_removed',
    'customer.subscription.item_price_changed',
    'customer.subscription.item_quantity_changed',
  ],
};

/** Listed for accounts that send snapshots, and for those that nobody sends anything of yet. */
export const SNAPSHOT_SLICES: readonly Slice[] = Object.entries(GROUPS).map(([name, types]) => ({
  name,
  shape: 'snapshot',
  types,
}));

/** Listed for accounts that send thin events only: their ids are others than those of snapshots. */
export const THIN_SLICES: readonly Slice[] = Object.entries(THIN_GROUPS).map(([name, types]) => ({
  name: `thin.${name}`,
  shape: 'thin',
  types: types.map((type) => `v1.${type}`),
}));

const BY_NAME = new Map([...SNAPSHOT_SLICES, ...THIN_SLICES].map((slice) => [slice.name, slice]));

export function sliceOf(name: string): Slice | undefined {
  return BY_NAME.get(name);
}
