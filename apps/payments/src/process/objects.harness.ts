/** Objects of Stripe's in its newest shape, with only the fields that are read; a test changes what it is about. */
type Fields = Record<string, unknown>;
export type Told = { readonly id: string; readonly object: string } & Fields;

export const paymentIntent = (id: string, more: Fields = {}): Told => ({
  id,
  object: 'payment_intent',
  status: 'requires_payment_method',
  amount: 1_099,
  currency: 'eur',
  amount_received: 0,
  amount_capturable: 0,
  customer: null,
  payment_method: null,
  latest_charge: null,
  next_action: null,
  last_payment_error: null,
  cancellation_reason: null,
  metadata: {},
  ...more,
});

export const charge = (id: string, more: Fields = {}): Told => ({
  id,
  object: 'charge',
  status: 'succeeded',
  amount: 1_099,
  amount_captured: 1_099,
  amount_refunded: 0,
  currency: 'eur',
  captured: true,
  disputed: false,
  payment_intent: null,
  customer: null,
  balance_transaction: null,
  failure_code: null,
  outcome: null,
  payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242' } },
  metadata: {},
  ...more,
});

export const refund = (id: string, more: Fields = {}): Told => ({
  id,
  object: 'refund',
  status: 'pending',
  amount: 500,
  currency: 'eur',
  charge: null,
  payment_intent: null,
  reason: 'requested_by_customer',
  metadata: {},
  ...more,
});

export const dispute = (id: string, more: Fields = {}): Told => ({
  id,
  object: 'dispute',
  status: 'needs_response',
  amount: 1_099,
  currency: 'eur',
  reason: 'fraudulent',
  charge: null,
  payment_intent: null,
  evidence_details: { due_by: 1_791_000_000 },
  balance_transactions: [],
  metadata: {},
  ...more,
});

export const customer = (id: string, userId?: string): Told => ({
  id,
  object: 'customer',
  email: 'nobody@example.com',
  metadata: userId === undefined ? {} : { signalbox_user_id: userId },
});

export const subscription = (id: string, more: Fields = {}): Told => ({
  id,
  object: 'subscription',
  status: 'active',
  customer: 'cus_none',
  cancel_at: null,
  cancel_at_period_end: false,
  trial_end: null,
  latest_invoice: null,
  metadata: {},
  items: { data: [{ id: 'si_1', price: { id: 'price_gold' }, current_period_end: 1_792_000_000 }] },
  ...more,
});

export const invoice = (id: string, more: Fields = {}): Told => ({
  id,
  object: 'invoice',
  status: 'open',
  currency: 'eur',
  amount_due: 999,
  amount_paid: 0,
  amount_remaining: 999,
  attempt_count: 0,
  next_payment_attempt: null,
  billing_reason: 'subscription_cycle',
  customer: null,
  metadata: {},
  parent: { subscription_details: { subscription: 'sub_1', metadata: {} } },
  ...more,
});

export const setupIntent = (id: string, more: Fields = {}): Told => ({
  id,
  object: 'setup_intent',
  status: 'requires_payment_method',
  customer: null,
  payment_method: null,
  latest_attempt: null,
  next_action: null,
  last_setup_error: null,
  metadata: {},
  ...more,
});

export const paymentMethod = (id: string, more: Fields = {}): Told => ({
  id,
  object: 'payment_method',
  type: 'card',
  customer: null,
  card: { brand: 'visa', last4: '4242', exp_month: 1, exp_year: 2030 },
  metadata: {},
  ...more,
});

export const payout = (id: string, more: Fields = {}): Told => ({
  id,
  object: 'payout',
  status: 'pending',
  amount: 10_000,
  currency: 'eur',
  arrival_date: 1_790_500_000,
  failure_code: null,
  ...more,
});
