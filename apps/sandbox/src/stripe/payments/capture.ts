import type { PaymentIntent } from '../objects/payment-intent.js';
import { invalid, unexpectedState } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { collect } from './settle-charge.js';

const UNEXPECTED = 'payment_intent_unexpected_state';

/** @throws Refused when there is nothing to capture, or less. */
export function capture(account: Account, intent: PaymentIntent, wanted: number | undefined): void {
  if (intent.status !== 'requires_capture')
    throw unexpectedState(
      UNEXPECTED,
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
      { payment_intent: structuredClone(intent) },
    );
  const amount = wanted ?? intent.amount_capturable;
  if (amount < 1 || amount > intent.amount_capturable)
    throw invalid(
      `The amount_to_capture must be between 1 and the amount_capturable of ${intent.amount_capturable}.`,
      'amount_to_capture',
      amount < 1 ? 'parameter_invalid_integer' : 'amount_too_large',
    );
  const charge = account.objects.require('charge', intent.latest_charge ?? '');
  charge.captured = true;
  charge.amount_captured = amount;
  collect(account, charge);
  intent.status = 'succeeded';
  intent.amount_capturable = 0;
  intent.amount_received = amount;
  account.emit('charge.captured', charge);
  account.emit('payment_intent.succeeded', intent);
}

const CANCELLATION_REASONS = [
  'abandoned',
  'automatic',
  'duplicate',
  'fraudulent',
  'requested_by_customer',
  'void_invoice',
];

/** Money that was only held is let go. @throws Refused when it is too late. */
export function cancelIntent(account: Account, intent: PaymentIntent, reason: string | undefined): void {
  if (intent.status === 'succeeded' || intent.status === 'canceled')
    throw unexpectedState(
      UNEXPECTED,
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.`,
      { payment_intent: structuredClone(intent) },
    );
  if (reason !== undefined && !CANCELLATION_REASONS.includes(reason))
    throw invalid(
      `Invalid cancellation_reason: must be one of ${CANCELLATION_REASONS.join(', ')}`,
      'cancellation_reason',
    );
  const held =
    intent.status === 'requires_capture' ? account.objects.find('charge', intent.latest_charge ?? '') : undefined;
  intent.status = 'canceled';
  intent.amount_capturable = 0;
  intent.canceled_at = account.now();
  intent.cancellation_reason = reason ?? null;
  intent.next_action = null;
  if (held) {
    Object.assign(held, { refunded: true, amount_refunded: held.amount });
    account.emit('charge.refunded', held);
  }
  account.emit('payment_intent.canceled', intent);
}
