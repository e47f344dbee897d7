import { DECLINES } from '../cards/decline.js';
import { newCard } from '../cards/new-card.js';
import { type CardBehaviour, cardNamed, cardNumbered, type TestCard } from '../cards/test-cards.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import { NO_ADDRESS } from '../objects/stripe-object.js';
import { newId } from '../wire/ids.js';
import type { FormObject } from '../wire/form.js';
import type { Params } from '../wire/params.js';
import { invalid, noSuch, Refused } from '../wire/refused.js';
import type { Account } from '../world/account.js';

/** The behaviour of each card, which its object does not show. Held per object, so that it goes where the object goes. */
const BEHAVIOURS = new WeakMap<PaymentMethod, CardBehaviour>();

export const REDISPLAY = ['always', 'limited', 'unspecified'] as const;

const NO_BILLING_DETAILS = { address: NO_ADDRESS, email: null, name: null, phone: null, tax_id: null };

export function behaviourOf(method: PaymentMethod): CardBehaviour {
  return BEHAVIOURS.get(method) ?? {};
}

/** The customer has agreed once, before their bank: later payments of this card need nobody there. */
export function markSetUp(method: PaymentMethod): void {
  const behaviour = behaviourOf(method);
  if (behaviour.authentication === 'setup') BEHAVIOURS.set(method, { ...behaviour, authentication: 'offSessionReady' });
}

/** The payment method that a parameter names. A test name such as `pm_card_visa` makes a new one each time. @throws Refused */
export function paymentMethodNamed(account: Account, id: string, param = 'payment_method'): PaymentMethod {
  const known = account.objects.find('payment_method', id);
  if (known) return known;
  const card = id.startsWith('pm_card_') || id.startsWith('tok_') ? cardNamed(id) : undefined;
  if (!card) throw noSuch('payment_method', id, param);
  return keep(account, cardMethod(account, card), card);
}

/** From `POST /v1/payment_methods` and from `payment_method_data`. @throws Refused */
export function newPaymentMethod(account: Account, params: Params): PaymentMethod {
  const type = params.require('type');
  if (type !== 'card') {
    const details = shownDetails(type, params.fields(type) ?? {});
    return keep(account, { ...newMethod(account, params, type), [type]: details }, {});
  }
  const given = params.child('card');
  const card = given && testCardIn(account, given);
  if (!given || !card) throw invalid('Missing required param: card.', 'card', 'parameter_missing');
  const [month, year] = [given.integer('exp_month'), given.integer('exp_year')];
  const expiry = month !== undefined && year !== undefined ? { month, year } : undefined;
  const method = { ...newMethod(account, params, type), card: newCard(card, account.now(), expiry) };
  return keep(account, method, card);
}

/** @throws Refused for a number or a token that is none of Stripe's. */
export function testCardIn(account: Account, params: Params): TestCard | undefined {
  const [token, number] = [params.text('token'), params.text('number')];
  if (token !== undefined) {
    const made = account.objects.find('token', token);
    const card = made ? TOKENS.get(made) : cardNamed(token);
    if (!card) throw noSuch('token', token, 'card[token]');
    return card;
  }
  if (number === undefined) return undefined;
  const card = cardNumbered(number);
  if (!card) throw new Refused(402, { type: 'card_error', param: 'number', ...DECLINES.incorrect_number });
  return card;
}

/** The card behind each token that was made. */
const TOKENS = new WeakMap<object, TestCard>();

export function rememberToken(token: object, card: TestCard): void {
  TOKENS.set(token, card);
}

function cardMethod(account: Account, card: TestCard): PaymentMethod {
  return { ...newMethod(account, undefined, 'card'), card: newCard(card, account.now()) };
}

function newMethod(account: Account, params: Params | undefined, type: string): PaymentMethod {
  return {
    id: newId('pm'),
    object: 'payment_method',
    allow_redisplay: params?.choice('allow_redisplay', REDISPLAY) ?? 'unspecified',
    billing_details: { ...NO_BILLING_DETAILS, ...params?.fields('billing_details') },
    created: account.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: params?.metadata() ?? {},
    type,
  };
}

function keep(account: Account, method: PaymentMethod, card: CardBehaviour): PaymentMethod {
  BEHAVIOURS.set(method, card);
  account.add(method);
  return method;
}

/** An IBAN is never shown again, only its end. */
function shownDetails(type: string, { iban, ...rest }: FormObject): object {
  if (type !== 'sepa_debit' || typeof iban !== 'string') return rest;
  const [country, bank, last4] = [iban.slice(0, 2), iban.slice(4, 9), iban.slice(-4)];
  return { bank_code: bank, branch_code: '', country, fingerprint: 'sandbox', last4 };
}
