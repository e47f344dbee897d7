import type { PaymentIntent } from '../normalise/payment-intent.js';
import { lookOf, type Seen } from '../seen.js';
import { attemptOf, type Attempt } from './attempts.js';
import { intentJoin, type IntentState } from './intent.js';

export type PaymentIntentState = IntentState<PaymentIntent>;

/** Attempts come and go until the money is reserved, and nothing follows on the end. */
const RANK: Record<PaymentIntent['status'], number> = {
  requires_payment_method: 1,
  requires_confirmation: 1,
  requires_action: 1,
  processing: 1,
  requires_capture: 2,
  canceled: 3,
  succeeded: 4,
};

/** Also of another type's event an intent shows its last error; only this type says that it happened just now. */
const FAILED = 'payment_intent.payment_failed';

/** Of two looks at a payment the one of the higher rank is the later one. */
export const rankOf = (status: PaymentIntent['status']): number => RANK[status];

/** The attempt whose failure an event tells of. */
export function failedAttempt(seen: Seen<PaymentIntent>): Attempt | undefined {
  const error = lookOf(seen)?.error;
  if (error === undefined || seen.event.type !== FAILED) return undefined;
  return attemptOf(error, seen.event.created);
}

export const joinPaymentIntent = intentJoin<PaymentIntent>(RANK, failedAttempt);
