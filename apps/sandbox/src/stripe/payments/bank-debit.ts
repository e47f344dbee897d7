import type { PaymentIntent } from '../objects/payment-intent.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import { unexpectedState } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { newCharge } from './new-charge.js';
import { collect } from './settle-charge.js';

const FAILURE = {
  type: 'invalid_request_error',
  code: 'payment_intent_payment_attempt_failed',
  message: 'The payment failed.',
};

/** A bank takes days: the charge is pending until it is settled through the control API. */
export function startBankDebit(account: Account, intent: PaymentIntent, method: PaymentMethod): undefined {
  const charge = newCharge(account, intent, method, { status: 'pending', captured: true });
  intent.latest_charge = charge.id;
  intent.status = 'processing';
  account.emit('charge.pending', charge);
  account.emit('payment_intent.processing', intent);
  return undefined;
}

/** @throws Refused when nothing is under way. */
export function settleBankDebit(account: Account, intent: PaymentIntent, outcome: 'fail' | 'succeed'): void {
  if (intent.status !== 'processing')
    throw unexpectedState('payment_intent_unexpected_state', `The payment intent is ${intent.status}, not processing.`);
  const charge = account.objects.require('charge', intent.latest_charge ?? '');
  if (outcome === 'succeed') {
    Object.assign(charge, { status: 'succeeded', paid: true, amount_captured: charge.amount });
    collect(account, charge);
    intent.status = 'succeeded';
    intent.amount_received = intent.amount;
    account.emit('charge.succeeded', charge);
    account.emit('payment_intent.succeeded', intent);
    return;
  }
  Object.assign(charge, { status: 'failed', failure_code: 'debit_not_authorized', failure_message: FAILURE.message });
  intent.status = 'requires_payment_method';
  intent.payment_method = null;
  intent.last_payment_error = FAILURE;
  account.emit('charge.failed', charge);
  account.emit('payment_intent.payment_failed', intent);
}
