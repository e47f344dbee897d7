import { paymentMethodNamed } from '../customers/payment-methods.js';
import { setupIntentFromParams } from '../customers/setup-intents.js';
import { planOf, newPrice } from '../catalog/prices.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import { wholeList } from '../objects/stripe-object.js';
import type { Subscription, SubscriptionItem } from '../objects/subscription.js';
import { newId } from '../wire/ids.js';
import { Params } from '../wire/params.js';
import { invalid, missing } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { after, DAY } from './periods.js';
import { bill } from './renewal.js';
import { expire } from './subscription-status.js';

const THREE_DAYS = 3 * DAY;

/** `POST /v1/subscriptions`: with its first invoice, and the attempt at its payment. @throws Refused */
export function subscriptionFromParams(account: Account, params: Params, origin: string): Subscription {
  const customer = account.objects.require('customer', params.require('customer'), 'customer');
  const named = params.text('default_payment_method');
  const method = named === undefined ? undefined : paymentMethodNamed(account, named, 'default_payment_method');
  const behaviour = params.choice('payment_behavior', PAYMENT_BEHAVIOURS) ?? 'allow_incomplete';
  const now = account.now();
  const trialEnd = trialEndIn(params, now);
  const sends = params.choice('collection_method', ['charge_automatically', 'send_invoice']) === 'send_invoice';
  const id = newId('sub');
  const items = itemsFromParams(account, params, id, now, trialEnd);
  const payable = method ?? defaultMethodOf(account, customer.id);
  if (!payable && !sends && trialEnd === null && behaviour !== 'default_incomplete')
    throw invalid(
      'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#set-a-default-payment-method.',
      undefined,
      'resource_missing',
    );
  // Nothing is to be paid yet, so the phone is to set up what the first period after the trial is paid with.
  const setUp =
    !payable && trialEnd !== null && behaviour === 'default_incomplete'
      ? setupIntentFromParams(account, new Params({ customer: customer.id, usage: 'off_session' }), origin)
      : undefined;
  const subscription: Subscription = {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: trialEnd ?? now,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: null, type: 'classic' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: params.flag('cancel_at_period_end') ?? false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, reason: null },
    collection_method: sends ? 'send_invoice' : 'charge_automatically',
    created: now,
    currency: items[0]!.price.currency,
    customer: customer.id,
    customer_account: null,
    days_until_due: params.integer('days_until_due') ?? null,
    default_payment_method: method?.id ?? null,
    default_source: null,
    default_tax_rates: [],
    description: params.text('description') ?? null,
    discounts: [],
    ended_at: null,
    invoice_settings: { account_tax_ids: null, issuer: { type: 'self' } },
    items: wholeList(`/v1/subscription_items?subscription=${id}`, items),
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: params.metadata(),
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: saveDefaultIn(params) ?? 'off',
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: setUp?.id ?? null,
    pending_update: null,
    schedule: null,
    start_date: now,
    status: trialEnd === null ? 'incomplete' : 'trialing',
    test_clock: customer['test_clock'] ?? null,
    transfer_data: null,
    trial_end: trialEnd,
    trial_settings: { end_behavior: { missing_payment_method: missingMethodBehaviour(params) ?? 'create_invoice' } },
    trial_start: trialEnd === null ? null : now,
  };
  // Who asks for `default_incomplete` lets the customer confirm the payment on the phone.
  const pays = behaviour === 'default_incomplete' ? undefined : payable;
  account.add(subscription);
  const refusal = bill(account, subscription, {
    reason: 'subscription_create',
    method: pays,
    automatic: false,
    origin,
  });
  if (refusal && behaviour === 'error_if_incomplete') {
    expire(account, subscription);
    throw refusal;
  }
  if (trialEnd !== null && trialEnd - now <= THREE_DAYS)
    account.emit('customer.subscription.trial_will_end', subscription);
  return subscription;
}

const PAYMENT_BEHAVIOURS = [
  'allow_incomplete',
  'default_incomplete',
  'error_if_incomplete',
  'pending_if_incomplete',
] as const;

export function missingMethodBehaviour(params: Params) {
  const behaviour = params.child('trial_settings')?.child('end_behavior');
  return behaviour?.choice('missing_payment_method', ['cancel', 'create_invoice', 'pause']);
}

export function saveDefaultIn(params: Params) {
  return params.child('payment_settings')?.choice('save_default_payment_method', ['off', 'on_subscription']);
}

/** What a subscription, or an invoice without one, is paid with when nobody is there to choose. */
export function payingMethod(
  account: Account,
  { customer, default_payment_method: chosen }: Pick<Subscription, 'customer' | 'default_payment_method'>,
): PaymentMethod | undefined {
  return account.objects.find('payment_method', chosen ?? '') ?? defaultMethodOf(account, customer);
}

/** What a subscription of this customer is paid with, unless it says otherwise. */
export function defaultMethodOf(account: Account, customerId: string): PaymentMethod | undefined {
  const customer = account.objects.find('customer', customerId);
  return account.objects.find('payment_method', customer?.invoice_settings.default_payment_method ?? '');
}

function trialEndIn(params: Params, now: number): number | null {
  const days = params.integer('trial_period_days');
  if (days !== undefined && days > 0) return now + days * DAY;
  const until = params.text('trial_end');
  return until === undefined || until === 'now' ? null : (params.integer('trial_end') ?? null);
}

function itemsFromParams(account: Account, params: Params, id: string, start: number, trialEnd: number | null) {
  const wanted = params.children('items');
  if (wanted.length === 0) throw missing('items');
  return wanted.map((item) => newItem(account, item, id, start, trialEnd));
}

/** Its period begins at `start` and ends at `until`, or after its price's interval. @throws Refused */
export function newItem(
  account: Account,
  item: Params,
  subscription: string,
  start: number,
  until: number | null,
): SubscriptionItem {
  const data = item.child('price_data');
  const price = data
    ? newPrice(account, data)
    : account.objects.require('price', item.text('price') ?? item.require('plan'), item.named('price'));
  if (!price.recurring)
    throw invalid(
      'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
      item.named('price'),
    );
  return {
    id: newId('si').slice(0, 17),
    object: 'subscription_item',
    billing_thresholds: null,
    created: account.now(),
    current_period_end: until ?? after(start, price.recurring.interval, price.recurring.interval_count),
    current_period_start: start,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: planOf(price),
    price: structuredClone(price),
    quantity: item.integer('quantity') ?? 1,
    subscription,
    tax_rates: [],
  };
}
