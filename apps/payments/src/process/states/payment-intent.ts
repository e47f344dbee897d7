import type { PaymentIntent } from '../normalise/payment-intent.js';
import { lookOf, type Seen } from '../seen.js';
import { attemptOf, withAttempt, type Attempt } from './attempts.js';
import { latest } from './latest.js';
import type { At, State } from './state.js';

export interface PaymentIntentState extends State<At<PaymentIntent>, { readonly attempts: readonly Attempt[] }> {
  readonly past: { readonly attempts: readonly Attempt[] };
}

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

/** An attempt within one second: begun, confirmed, asked about, under way, failed. */
const STEP: Record<PaymentIntent['status'], number> = {
  requires_payment_method: 0,
  requires_confirmation: 1,
  requires_action: 2,
  processing: 3,
  requires_capture: 0,
  canceled: 0,
  succeeded: 0,
};
const FAILED_STEP = 4;

const joinNow = latest<PaymentIntent>(
  (look) => RANK[look.status],
  (look) => (look.status === 'requires_payment_method' && look.error !== undefined ? FAILED_STEP : STEP[look.status]),
);

/** Also of another type's event an intent shows its last error; only this type says that it happened just now. */
const FAILED = 'payment_intent.payment_failed';

/** The attempt whose failure an event tells of. */
export function failedAttempt(seen: Seen<PaymentIntent>): Attempt | undefined {
  const error = lookOf(seen)?.error;
  if (error === undefined || seen.event.type !== FAILED) return undefined;
  return attemptOf(error, seen.event.created);
}

export function joinPaymentIntent(
  known: PaymentIntentState | undefined,
  seen: Seen<PaymentIntent>,
): PaymentIntentState | undefined {
  const joined = joinNow(known, seen);
  return (
    joined && { now: joined.now, past: { attempts: withAttempt(known?.past.attempts ?? [], failedAttempt(seen)) } }
  );
}
