import { DECLINES, type Decline } from '../cards/decline.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import type { SetupIntent } from '../objects/setup-intent.js';
import { newId, randomText } from '../wire/ids.js';
import type { Params } from '../wire/params.js';
import { invalid, Refused, unexpectedState } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { attach } from './attach.js';
import { behaviourOf, markSetUp, newPaymentMethod, paymentMethodNamed } from './payment-methods.js';

const UNEXPECTED = 'setup_intent_unexpected_state';

/** `POST /v1/setup_intents`. @throws Refused, also when it was to be confirmed and was declined. */
export function setupIntentFromParams(account: Account, params: Params, origin: string): SetupIntent {
  const [customer, named] = [params.text('customer') ?? null, params.text('payment_method')];
  if (customer !== null) account.objects.require('customer', customer, 'customer');
  const types = params.texts('payment_method_types');
  const id = newId('seti');
  const intent: SetupIntent = {
    id,
    object: 'setup_intent',
    application: null,
    automatic_payment_methods: types.length > 0 ? null : { allow_redirects: 'always', enabled: true },
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomText(31)}`,
    created: account.now(),
    customer,
    customer_account: null,
    description: params.text('description') ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: params.metadata(),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: types.length > 0 ? types : ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: params.choice('usage', ['off_session', 'on_session']) ?? 'off_session',
  };
  account.add(intent, 'setup_intent.created');
  if (params.flag('confirm') === true) confirmSetup(account, intent, params, origin);
  else if (named !== undefined) {
    intent.payment_method = paymentMethodNamed(account, named).id;
    intent.status = 'requires_confirmation';
  }
  return intent;
}

/** `POST /v1/setup_intents/{id}/confirm`. @throws Refused */
export function confirmSetup(account: Account, intent: SetupIntent, params: Params, origin: string): void {
  if (intent.status === 'succeeded' || intent.status === 'canceled')
    throw unexpectedState(
      UNEXPECTED,
      `You cannot confirm this SetupIntent because it has a status of ${intent.status}.`,
      {
        setup_intent: structuredClone(intent),
      },
    );
  const data = params.child('payment_method_data');
  const named = params.text('payment_method') ?? intent.payment_method ?? undefined;
  if (!data && named === undefined)
    throw invalid(
      'You cannot confirm this SetupIntent because it is missing a payment method.',
      'payment_method',
      UNEXPECTED,
    );
  const method = data ? newPaymentMethod(account, data) : paymentMethodNamed(account, named ?? '');
  intent.payment_method = method.id;
  intent.last_setup_error = null;
  const { authentication, decline, attaches } = behaviourOf(method);
  if (authentication !== undefined && authentication !== 'offSessionReady') {
    intent.status = 'requires_action';
    const url = `${origin}/authenticate/${intent.id}`;
    const returnUrl = params.text('return_url');
    intent.next_action =
      returnUrl === undefined
        ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url, source: '' } }
        : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } };
    account.emit('setup_intent.requires_action', intent);
    return;
  }
  if (decline && !attaches) throw failSetup(account, intent, method, DECLINES[decline]);
  succeed(account, intent, method);
}

/** The customer answers what their bank asks. @throws Refused when nothing was asked. */
export function authenticateSetup(account: Account, intent: SetupIntent, outcome: 'fail' | 'succeed'): void {
  const method = account.objects.find('payment_method', intent.payment_method ?? '');
  if (intent.status !== 'requires_action' || !method)
    throw unexpectedState(UNEXPECTED, `The setup intent is ${intent.status}: nothing is asked.`);
  if (outcome === 'succeed') {
    markSetUp(method);
    return succeed(account, intent, method);
  }
  failSetup(account, intent, method, {
    code: 'setup_intent_authentication_failure',
    message: 'The latest attempt to set up the payment method has failed because authentication failed.',
  });
}

/** @throws Refused when it is too late. */
export function cancelSetup(account: Account, intent: SetupIntent, reason: string | undefined): void {
  if (intent.status === 'succeeded' || intent.status === 'canceled')
    throw unexpectedState(
      UNEXPECTED,
      `You cannot cancel this SetupIntent because it has a status of ${intent.status}.`,
    );
  intent.status = 'canceled';
  intent.cancellation_reason = reason ?? null;
  intent.next_action = null;
  account.emit('setup_intent.canceled', intent);
}

function succeed(account: Account, intent: SetupIntent, method: PaymentMethod): void {
  if (intent.customer !== null) attach(account, method, intent.customer);
  intent.status = 'succeeded';
  intent.next_action = null;
  account.emit('setup_intent.succeeded', intent);
}

function failSetup(account: Account, intent: SetupIntent, method: PaymentMethod, decline: Decline): Refused {
  const error = { type: 'card_error' as const, ...decline, payment_method: structuredClone(method) };
  intent.last_setup_error = error;
  intent.payment_method = null;
  intent.next_action = null;
  intent.status = 'requires_payment_method';
  account.emit('setup_intent.setup_failed', intent);
  return new Refused(402, { ...error, setup_intent: structuredClone(intent) });
}
