import { type Decline, DECLINES } from '../cards/decline.js';
import type { CardBehaviour } from '../cards/test-cards.js';
import { attach } from '../customers/attach.js';
import { behaviourOf, markSetUp } from '../customers/payment-methods.js';
import type { PaymentIntent } from '../objects/payment-intent.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import { Refused } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { startBankDebit } from './bank-debit.js';
import { startBankTransfer } from './bank-transfer.js';
import { newCharge } from './new-charge.js';
import { collect, followUp } from './settle-charge.js';

export interface Confirmation {
  readonly method: PaymentMethod;
  readonly offSession: boolean;
  readonly errorOnRequiresAction?: boolean;
  readonly returnUrl?: string | undefined;
  /** The customer has proven who they are. */
  readonly authenticated?: boolean;
  /** The bank says this, whatever the card: for the control API. */
  readonly decline?: Decline | undefined;
  readonly origin: string;
}

/**
 * Tries to get the money.
 * @returns why not, to be thrown by those whose caller shall learn of it as an error.
 */
export function confirm(account: Account, intent: PaymentIntent, confirmation: Confirmation): Refused | undefined {
  const { method, offSession } = confirmation;
  intent.payment_method = method.id;
  intent.last_payment_error = null;
  intent.next_action = null;
  if (method.type === 'customer_balance') return startBankTransfer(account, intent);
  if (method.type !== 'card') return startBankDebit(account, intent, method);
  const behaviour = behaviourOf(method);
  const decline = confirmation.decline ?? (behaviour.decline && DECLINES[behaviour.decline]);
  if (!confirmation.authenticated && needsAuthentication(behaviour, offSession)) {
    if (offSession || confirmation.errorOnRequiresAction)
      return fail(account, intent, method, DECLINES.authentication_required);
    return requireAction(account, intent, confirmation);
  }
  if (decline) return fail(account, intent, method, decline);
  succeed(account, intent, method);
  if (confirmation.authenticated && intent.setup_future_usage !== null) markSetUp(method);
  return undefined;
}

/** The attempt is over; the intent can be paid otherwise. */
function fail(account: Account, intent: PaymentIntent, method: PaymentMethod, decline: Decline): Refused {
  const charge = newCharge(account, intent, method, { status: 'failed', captured: false, decline });
  const error = { type: 'card_error' as const, charge: charge.id, ...decline, payment_method: structuredClone(method) };
  intent.latest_charge = charge.id;
  account.emit('charge.failed', charge);
  returnToStart(account, intent, error);
  return new Refused(402, { ...error, payment_intent: structuredClone(intent) });
}

/** `error` becomes the intent's `last_payment_error`. */
export function returnToStart(account: Account, intent: PaymentIntent, error: object): void {
  intent.last_payment_error = error;
  intent.payment_method = null;
  intent.next_action = null;
  intent.status = 'requires_payment_method';
  account.emit('payment_intent.payment_failed', intent);
}

function needsAuthentication({ authentication }: CardBehaviour, offSession: boolean): boolean {
  if (authentication === 'offSessionReady') return !offSession;
  return authentication !== undefined;
}

function requireAction(account: Account, intent: PaymentIntent, { returnUrl, origin }: Confirmation): undefined {
  const url = `${origin}/authenticate/${intent.id}`;
  intent.status = 'requires_action';
  intent.next_action =
    returnUrl === undefined
      ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url, source: '' } }
      : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } };
  account.emit('payment_intent.requires_action', intent);
  return undefined;
}

function succeed(account: Account, intent: PaymentIntent, method: PaymentMethod): void {
  const captured = intent.capture_method !== 'manual';
  const charge = newCharge(account, intent, method, { status: 'succeeded', captured });
  intent.latest_charge = charge.id;
  if (captured) {
    intent.status = 'succeeded';
    intent.amount_received = intent.amount;
    // Money of an asynchronous capture, which is the usual one since 2024-04-10, is booked after the charge was announced.
    if (intent.capture_method === 'automatic') collect(account, charge);
  } else {
    intent.status = 'requires_capture';
    intent.amount_capturable = intent.amount;
  }
  if (intent.setup_future_usage !== null && intent.customer !== null) attach(account, method, intent.customer);
  account.emit('charge.succeeded', charge);
  account.emit(captured ? 'payment_intent.succeeded' : 'payment_intent.amount_capturable_updated', intent);
  if (intent.capture_method === 'automatic_async')
    account.change(charge, 'charge.updated', () => collect(account, charge));
  followUp(account, charge, method);
}
