import {
  charge,
  customer,
  dispute,
  invoice,
  paymentIntent,
  payout,
  refund,
  subscription,
  type Told,
} from './objects.harness.js';
import type { ToldEvent } from './process.harness.js';

/** A history of objects of Stripe's, in the order in which it happened. `x` makes their names unique. */
export interface Story {
  readonly name: string;
  readonly events: (x: string) => readonly ToldEvent[];
  /** What Stripe knows besides the objects that the events are about. */
  readonly besides: (x: string) => readonly Told[];
  /** Facts that hold whatever order they were heard of in; of each type what was said last of each object. */
  readonly lasting: readonly string[];
}

const T = 1_790_000_000;

export const payment: Story = {
  name: 'a payment',
  events: (x) => {
    const intent = (more: object) => paymentIntent(`pi_${x}`, { customer: `cus_${x}`, ...more });
    const error = { code: 'card_declined', decline_code: 'insufficient_funds', charge: `ch_a_${x}` };
    return [
      { type: 'payment_intent.created', created: T, object: intent({}) },
      {
        type: 'payment_intent.requires_action',
        created: T + 2,
        object: intent({ status: 'requires_action', payment_method: 'pm_1', next_action: { type: 'use_stripe_sdk' } }),
      },
      { type: 'payment_intent.payment_failed', created: T + 2, object: intent({ last_payment_error: error }) },
      {
        type: 'payment_intent.processing',
        created: T + 4,
        object: intent({ status: 'processing', payment_method: 'pm_2' }),
      },
      {
        type: 'payment_intent.succeeded',
        created: T + 4,
        object: intent({ status: 'succeeded', amount_received: 1_099, latest_charge: `ch_b_${x}` }),
      },
      {
        type: 'charge.succeeded',
        created: T + 4,
        object: charge(`ch_b_${x}`, { payment_intent: `pi_${x}`, customer: `cus_${x}` }),
      },
    ];
  },
  besides: (x) => [customer(`cus_${x}`, `user_${x}`)],
  lasting: ['payment.succeeded'],
};

export const refunded: Story = {
  name: 'a refund that fails after it succeeded',
  events: (x) => {
    const ofPayment = { payment_intent: `pi_${x}`, charge: `ch_${x}` };
    return [
      {
        type: 'payment_intent.succeeded',
        created: T,
        object: paymentIntent(`pi_${x}`, {
          status: 'succeeded',
          amount_received: 1_099,
          latest_charge: `ch_${x}`,
          metadata: { signalbox_user_id: `user_${x}` },
        }),
      },
      { type: 'refund.created', created: T + 9, object: refund(`re_a_${x}`, ofPayment) },
      {
        type: 'charge.refunded',
        created: T + 9,
        // With another refund, of which nobody told.
        object: charge(`ch_${x}`, { payment_intent: `pi_${x}`, amount_refunded: 800 }),
      },
      { type: 'refund.updated', created: T + 9, object: refund(`re_a_${x}`, { ...ofPayment, status: 'succeeded' }) },
      {
        type: 'refund.failed',
        created: T + 90,
        object: refund(`re_a_${x}`, { ...ofPayment, status: 'failed', failure_reason: 'expired_or_canceled_card' }),
      },
    ];
  },
  besides: (x) => [paymentIntent(`pi_${x}`, { status: 'succeeded', metadata: { signalbox_user_id: `user_${x}` } })],
  lasting: ['payment.succeeded', 'payment.refunded', 'refund.created', 'refund.failed'],
};

export const disputed: Story = {
  name: 'a dispute',
  events: (x) => {
    const of = (more: object) => dispute(`dp_${x}`, { payment_intent: `pi_${x}`, charge: `ch_${x}`, ...more });
    const taken = { id: 'txn_taken', amount: -1_099 };
    const back = { id: 'txn_back', amount: 1_099 };
    return [
      { type: 'charge.dispute.created', created: T, object: of({ status: 'warning_needs_response' }) },
      {
        type: 'charge.dispute.funds_withdrawn',
        created: T + 5,
        object: of({ status: 'needs_response', balance_transactions: [taken] }),
      },
      {
        type: 'charge.dispute.closed',
        created: T + 50,
        object: of({ status: 'lost', balance_transactions: [taken] }),
      },
      {
        type: 'charge.dispute.funds_reinstated',
        created: T + 90,
        object: of({ status: 'won', balance_transactions: [taken, back] }),
      },
      {
        type: 'charge.dispute.closed',
        created: T + 90,
        object: of({ status: 'won', balance_transactions: [taken, back] }),
      },
    ];
  },
  besides: (x) => [paymentIntent(`pi_${x}`, { status: 'succeeded', metadata: { signalbox_user_id: `user_${x}` } })],
  lasting: [
    'dispute.opened',
    'dispute.escalated',
    'dispute.won',
    'dispute.funds_withdrawn',
    'dispute.funds_reinstated',
  ],
};

export const dunning: Story = {
  name: 'a subscription with dunning',
  events: (x) => {
    const sub = (status: string) => subscription(`sub_${x}`, { status, customer: `cus_${x}` });
    const parent = { subscription_details: { subscription: `sub_${x}`, metadata: {} } };
    const bill = (more: object) => invoice(`in_${x}`, { customer: `cus_${x}`, parent, ...more });
    return [
      { type: 'customer.subscription.created', created: T, object: sub('active') },
      {
        type: 'invoice.payment_failed',
        created: T + 1_000,
        object: bill({ attempt_count: 1, next_payment_attempt: T + 9_000 }),
      },
      { type: 'customer.subscription.updated', created: T + 1_000, object: sub('past_due') },
      { type: 'invoice.payment_failed', created: T + 9_000, object: bill({ attempt_count: 2 }) },
      {
        type: 'invoice.paid',
        created: T + 9_100,
        object: bill({ attempt_count: 3, status: 'paid', amount_paid: 999, amount_remaining: 0 }),
      },
      { type: 'customer.subscription.updated', created: T + 9_100, object: sub('active') },
    ];
  },
  besides: (x) => [customer(`cus_${x}`, `user_${x}`)],
  lasting: ['invoice.paid', 'subscription.changed'],
};

/** While an app moves from snapshots to thin events, Stripe sends both about one change. */
export const moving: Story = {
  name: 'a payment told by snapshots and by thin events',
  events: (x) => {
    const intent = (more: object) => paymentIntent(`pi_${x}`, { customer: `cus_${x}`, ...more });
    const error = { code: 'card_declined', decline_code: 'insufficient_funds', charge: `ch_a_${x}` };
    const succeeded = intent({ status: 'succeeded', amount_received: 1_099, latest_charge: `ch_b_${x}` });
    return [
      { type: 'payment_intent.payment_failed', created: T + 3, object: intent({ last_payment_error: error }) },
      {
        type: 'v1.payment_intent.processing',
        created: T + 4,
        object: intent({ status: 'processing', payment_method: 'pm_2' }),
        thin: true,
      },
      { type: 'payment_intent.succeeded', created: T + 4, object: succeeded },
      {
        type: 'v1.payment_intent.succeeded',
        created: T + 4,
        object: succeeded,
        thin: true,
        snapshotEvent: `evt_${x}_2`,
      },
      {
        type: 'v1.charge.succeeded',
        created: T + 4,
        object: charge(`ch_b_${x}`, { payment_intent: `pi_${x}`, customer: `cus_${x}` }),
        thin: true,
      },
    ];
  },
  besides: (x) => [customer(`cus_${x}`, `user_${x}`)],
  lasting: ['payment.succeeded'],
};

/** An amount that is reserved, and taken in two parts. */
export const inParts: Story = {
  name: 'a payment that is captured in parts',
  events: (x) => {
    const intent = (more: object) => paymentIntent(`pi_${x}`, { status: 'requires_capture', ...more });
    const ofCharge = (more: object) => charge(`ch_${x}`, { payment_intent: `pi_${x}`, ...more });
    return [
      {
        type: 'payment_intent.amount_capturable_updated',
        created: T,
        object: intent({ amount_capturable: 1_099 }),
      },
      {
        type: 'payment_intent.amount_capturable_updated',
        created: T + 5,
        object: intent({ amount_capturable: 699, amount_received: 400 }),
      },
      {
        type: 'charge.captured',
        created: T + 5,
        object: ofCharge({ amount_captured: 400, balance_transaction: 'txn_1' }),
      },
      {
        type: 'payment_intent.succeeded',
        created: T + 9,
        object: intent({ status: 'succeeded', amount_received: 1_099 }),
      },
      { type: 'charge.captured', created: T + 9, object: ofCharge({ balance_transaction: 'txn_1' }) },
    ];
  },
  besides: () => [],
  lasting: ['payment.succeeded'],
};

export const paidOut: Story = {
  name: 'a payout that comes back after it was paid',
  events: (x) => {
    const of = (more: object) => payout(`po_${x}`, { balance_transaction: 'txn_out', ...more });
    const back = { status: 'failed', failure_code: 'account_closed', failure_balance_transaction: 'txn_back' };
    return [
      { type: 'payout.created', created: T, object: of({}) },
      { type: 'payout.updated', created: T + 9, object: of({ status: 'in_transit' }) },
      { type: 'payout.paid', created: T + 90, object: of({ status: 'paid' }) },
      { type: 'payout.failed', created: T + 90, object: of(back) },
    ];
  },
  besides: () => [],
  lasting: ['payout.failed'],
};
