import type { CaptureMethod, PaymentIntent } from '../objects/payment-intent.js';
import { newId, randomText } from '../wire/ids.js';
import { invalid, unexpectedState } from '../wire/refused.js';
import type { Params } from '../wire/params.js';
import type { Account } from '../world/account.js';
import { newPaymentMethod, paymentMethodNamed } from '../customers/payment-methods.js';
import { confirm } from './confirm.js';

/** The smallest charge in a few currencies: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const SMALLEST: Readonly<Record<string, number>> = { usd: 50, eur: 50, gbp: 30, chf: 50, jpy: 50 };
const LARGEST = 99_999_999;

export interface NewIntent {
  readonly amount: number;
  readonly currency: string;
  readonly customer?: string | null;
  readonly description?: string | null;
  readonly metadata?: Record<string, string>;
  readonly captureMethod?: CaptureMethod;
  readonly more?: object;
}

/** An intent that nobody has confirmed yet; announced. */
export function createIntent(account: Account, wanted: NewIntent): PaymentIntent {
  const id = newId('pi');
  const intent: PaymentIntent = {
    id,
    object: 'payment_intent',
    amount: wanted.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { allow_redirects: 'always', enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: wanted.captureMethod ?? 'automatic_async',
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: 'automatic',
    created: account.now(),
    currency: wanted.currency,
    customer: wanted.customer ?? null,
    customer_account: null,
    description: wanted.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: wanted.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
    ...wanted.more,
  };
  account.add(intent, 'payment_intent.created');
  return intent;
}

/** `POST /v1/payment_intents`. @throws Refused, also when it was to be confirmed and was declined. */
export function intentFromParams(account: Account, params: Params, origin: string): PaymentIntent {
  const [amount, currency] = [params.requireInteger('amount'), params.require('currency').toLowerCase()];
  checkAmount(amount, currency);
  const customer = params.text('customer') ?? null;
  if (customer !== null) account.objects.require('customer', customer, 'customer');
  const types = params.texts('payment_method_types');
  const named = params.text('payment_method');
  const confirms = params.flag('confirm') === true;
  if (confirms && named === undefined && !params.has('payment_method_data'))
    throw invalid(
      'You cannot confirm this PaymentIntent because it is missing a payment method.',
      'payment_method',
      'payment_intent_unexpected_state',
    );
  const intent = createIntent(account, {
    amount,
    currency,
    customer,
    description: params.text('description') ?? null,
    metadata: params.metadata(),
    captureMethod: params.choice('capture_method', ['automatic', 'automatic_async', 'manual']) ?? 'automatic_async',
    more: {
      confirmation_method: params.choice('confirmation_method', ['automatic', 'manual']) ?? 'automatic',
      ...(types.length > 0 && { payment_method_types: types, automatic_payment_methods: null }),
      receipt_email: params.text('receipt_email') ?? null,
      setup_future_usage: params.choice('setup_future_usage', ['off_session', 'on_session']) ?? null,
      shipping: params.kept('shipping'),
      statement_descriptor: params.text('statement_descriptor') ?? null,
      transfer_group: params.text('transfer_group') ?? null,
    },
  });
  if (confirms) confirmFromParams(account, intent, params, origin);
  else if (named !== undefined) choose(account, intent, named);
  return intent;
}

/** `POST /v1/payment_intents/{id}/confirm`. @throws Refused */
export function confirmFromParams(account: Account, intent: PaymentIntent, params: Params, origin: string): void {
  if (!CONFIRMABLE.includes(intent.status))
    throw unexpectedState(
      'payment_intent_unexpected_state',
      `You cannot confirm this PaymentIntent because it ${STATE_WORDS[intent.status] ?? `has a status of ${intent.status}`}.`,
      { payment_intent: structuredClone(intent) },
    );
  const data = params.child('payment_method_data');
  const named = params.text('payment_method') ?? intent.payment_method ?? undefined;
  if (!data && named === undefined)
    throw unexpectedState(
      'payment_intent_unexpected_state',
      'You cannot confirm this PaymentIntent because it is missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.',
      { payment_intent: structuredClone(intent) },
    );
  const method = data ? newPaymentMethod(account, data) : paymentMethodNamed(account, named ?? '');
  if (method.customer !== null && method.customer !== intent.customer)
    throw invalid(
      `The PaymentMethod ${method.id} belongs to the Customer ${method.customer}. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`,
      'payment_method',
    );
  const usage = params.choice('setup_future_usage', ['off_session', 'on_session']);
  if (usage !== undefined) intent.setup_future_usage = usage;
  const refusal = confirm(account, intent, {
    method,
    offSession: params.has('off_session') && params.text('off_session') !== 'false',
    errorOnRequiresAction: params.flag('error_on_requires_action') ?? false,
    returnUrl: params.text('return_url'),
    origin,
  });
  if (refusal) throw refusal;
}

/** `POST /v1/payment_intents/{id}`: what may still be changed. There is no event of it. @throws Refused */
export function updateIntent(account: Account, intent: PaymentIntent, params: Params): void {
  const amount = params.integer('amount');
  if (amount !== undefined) {
    if (!CONFIRMABLE.includes(intent.status))
      throw unexpectedState(
        'payment_intent_unexpected_state',
        `This PaymentIntent's amount could not be updated because it has a status of ${intent.status}.`,
      );
    checkAmount(amount, intent.currency);
  }
  const [customer, named] = [params.text('customer'), params.text('payment_method')];
  if (customer !== undefined) account.objects.require('customer', customer, 'customer');
  intent.amount = amount ?? intent.amount;
  intent.customer = customer ?? intent.customer;
  intent.metadata = params.metadata(intent.metadata);
  if (params.has('description')) intent.description = params.text('description') ?? null;
  if (params.has('receipt_email')) intent['receipt_email'] = params.text('receipt_email') ?? null;
  if (params.has('shipping')) intent['shipping'] = params.kept('shipping');
  if (named !== undefined) choose(account, intent, named);
}

const CONFIRMABLE: readonly string[] = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
const STATE_WORDS: Readonly<Record<string, string>> = {
  succeeded: 'has already succeeded after being previously confirmed',
};

function choose(account: Account, intent: PaymentIntent, named: string): void {
  intent.payment_method = paymentMethodNamed(account, named).id;
  intent.status = 'requires_confirmation';
}

function checkAmount(amount: number, currency: string): void {
  if (!/^[a-z]{3}$/.test(currency)) throw invalid(`Invalid currency: ${currency}`, 'currency');
  if (amount < 1)
    throw invalid('This value must be greater than or equal to 1.', 'amount', 'parameter_invalid_integer');
  if (amount < (SMALLEST[currency] ?? 1))
    throw invalid(
      'The amount is below the smallest that can be charged in this currency.',
      'amount',
      'amount_too_small',
    );
  if (amount > LARGEST) throw invalid('Amount must be no more than $999,999.99', 'amount', 'amount_too_large');
}
