import type Stripe from 'stripe';
import type { Call, CaptureCall, PaymentState, RefundCall, RefundState, Unsettled } from '../gateway.js';
import { done, type GatewayOutcome, type Refused, type Settlement } from '../outcome.js';
import { stateOfIntent, stateOfRefund } from './intent-state.js';
import { KEY_LIVES_MS } from './key-lives.js';
import { OPERATION_NOTE, notesOfRefund } from './notes.js';
import type { StripeReads } from './stripe-reads.js';
import type { Written } from './stripe-writes.js';

/** The calls as the gateway makes them, each under the key that it is given. */
export interface Repeatable {
  capture(call: CaptureCall): Promise<Written<PaymentState>>;
  cancel(call: Call): Promise<Written<PaymentState>>;
  refund(call: RefundCall): Promise<Written<RefundState>>;
}

type Settled = Settlement<PaymentState | RefundState>;

/**
 * Asks Stripe what became of a call, and finishes it: first how the object stands, then, if it did not happen, the same call under
 * the same key, which Stripe carries out once. A charge is never made later than its customer expects it: what was not charged
 * by now is cancelled, and Stripe's word for that is the proof.
 */
export function settleAtStripe(operation: Unsettled, reads: StripeReads, again: Repeatable): Promise<Settled> {
  const isFresh = operation.ageMs < KEY_LIVES_MS;
  switch (operation.kind) {
    case 'charge':
      return settleCharge(operation, reads, again);
    case 'capture':
      return byState(operation.call, reads, 'requires_capture', 'succeeded', (call) =>
        isFresh ? repeated(call, operation.asked, again.capture.bind(again)) : notHappened(),
      );
    case 'cancel':
      return byState(operation.call, reads, undefined, 'canceled', (call) =>
        isFresh ? repeated(call, operation.asked, again.cancel.bind(again)) : notHappened(),
      );
    case 'refund':
      return settleRefund(operation.call, reads, (call) =>
        isFresh ? repeated(call, operation.asked, again.refund.bind(again)) : notHappened(),
      );
  }
}

async function settleCharge(
  { call: { target, key, operation }, ageMs, asked }: Unsettled,
  reads: StripeReads,
  again: Repeatable,
): Promise<Settled> {
  const read = await reads.intent(target);
  if (read.kind === 'later') return read;
  if (read.kind === 'missing') return OTHER_ACCOUNT;
  if (read.value.status === 'canceled') return { kind: 'not_happened' };
  if (isUnderWay(read.value)) return done(stateOfIntent(read.value));
  const fence = { target, operation, key: `${key}-fence` };
  const fenced = await repeated<Call, PaymentState>(fence, asked, again.cancel.bind(again));
  if (fenced.kind === 'done') return fenced.value.status === 'canceled' ? { kind: 'not_happened' } : fenced;
  // An intent of an invoice cannot be cancelled: whatever was on its way to it has long arrived.
  if (fenced.kind === 'refused' && ageMs > KEY_LIVES_MS) return { kind: 'not_happened' };
  return { kind: 'later', reason: `fence_${fenced.kind}` };
}

/** Stripe forgets no intent: the app's keys are those of another account, and say nothing of this one. */
const OTHER_ACCOUNT = { kind: 'later', reason: 'not_in_this_account' } as const;

/** The bank has the money, keeps it for us, or asks the customer. */
const isUnderWay = ({ status }: Stripe.PaymentIntent): boolean =>
  ['succeeded', 'requires_capture', 'processing', 'requires_action'].includes(status);

async function byState<C extends Call>(
  call: C,
  reads: StripeReads,
  before: Stripe.PaymentIntent.Status | undefined,
  after: Stripe.PaymentIntent.Status,
  repeat: (call: C) => Promise<Settled>,
): Promise<Settled> {
  const read = await reads.intent(call.target);
  if (read.kind === 'later') return read;
  if (read.kind === 'missing') return OTHER_ACCOUNT;
  const { status } = read.value;
  if (status === after) return done(stateOfIntent(read.value));
  const isOver = status === 'succeeded' || status === 'canceled';
  return isOver || (before !== undefined && status !== before) ? refusedIn(status) : repeat(call);
}

async function settleRefund(
  call: RefundCall,
  reads: StripeReads,
  repeat: (call: RefundCall) => Promise<Settled>,
): Promise<Settled> {
  const read = await reads.refunds(call.target);
  if (read.kind === 'later') return read;
  if (read.kind === 'missing') return OTHER_ACCOUNT;
  const note = notesOfRefund(call)[OPERATION_NOTE];
  const made = read.value.find(({ metadata }) => metadata?.[OPERATION_NOTE] === note);
  return made === undefined ? repeat(call) : done(stateOfRefund(made));
}

/**
 * The same call once more. What Stripe only repeats of an answer with 5xx stays the answer of that key for a day: the first
 * call is over then and did nothing, as was just seen, so it is made under a key of its own, and then under others.
 */
async function repeated<C extends Call, Value extends PaymentState | RefundState>(
  call: C,
  asked: number,
  make: (call: C) => Promise<Written<Value>>,
): Promise<Settlement<Value>> {
  for (const key of [call.key, `${call.key}-again`]) {
    const written = await make({ ...call, key });
    if (written.kind !== 'unknown' || written.replayed !== true) return settled(written);
  }
  return settled(await make({ ...call, key: `${call.key}-again-${asked}` }));
}

function settled<Value extends PaymentState | RefundState>(written: Written<Value>): Settlement<Value> {
  switch (written.kind) {
    case 'unknown':
      return { kind: 'later', reason: written.reason };
    case 'not_done':
      return { kind: 'later', reason: written.reason, retryAfterMs: written.retryAfterMs };
    default:
      return written satisfies GatewayOutcome<Value>;
  }
}

const notHappened = (): Promise<Settled> => Promise.resolve({ kind: 'not_happened' });

const refusedIn = (status: string): Refused => ({
  kind: 'refused',
  code: 'payment_intent_unexpected_state',
  detail: `The payment is ${status}.`,
});
