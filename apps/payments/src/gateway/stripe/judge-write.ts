import Stripe from 'stripe';
import { judgeFailure } from '../../read-stripe/judge-failure.js';
import type { Declined, NotDone, Refused, Unknown } from '../outcome.js';

/** What the SDK threw for a call that changes something; `replayed`: Stripe repeated what it had answered under the same key. */
export type WriteFailure = (Declined | Refused | NotDone | Unknown) & { readonly replayed: boolean };

type StripeFailure = InstanceType<typeof Stripe.errors.StripeError>;

/** Nobody was there: nothing can have been sent. */
const NOTHING_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** What a call waits that Stripe limits without naming a time, and one that meets nobody. Milliseconds. */
const LIMITED_MS = 1_000;
const NOBODY_MS = 2_000;
/** Keys that Stripe refuses need a person. Milliseconds. */
const KEYS_REFUSED_MS = 60_000;

/**
 * Stripe's answers to a write, as one of a closed union (https://docs.stripe.com/error-low-level): what it answered with 4xx did not
 * happen, 5xx and silence may have.
 */
export function judgeWrite(error: unknown, now: number = Date.now()): WriteFailure {
  const replayed = error instanceof Stripe.errors.StripeError && error.headers?.['idempotent-replayed'] === 'true';
  return { ...judged(error, now), replayed };
}

function judged(error: unknown, now: number): Declined | Refused | NotDone | Unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return { kind: 'unknown', reason: 'sdk' };
  // The first call with this key is still under way.
  if (error.statusCode === 409) return { kind: 'unknown', reason: 'under_way' };
  switch (error.type) {
    case 'StripeConnectionError':
      return connectionBroken(error);
    case 'StripeCardError':
      return declinedBy(error);
    default:
      return answered(error, now);
  }
}

/**
 * The SDK makes a call once more whose connection broke, and tells of the second try alone (RequestSender, as of 23.1): the first may
 * have arrived.
 */
function connectionBroken({ detail, message }: StripeFailure): NotDone | Unknown {
  const cause = codeOf(detail);
  return cause !== undefined && NOTHING_SENT.has(cause) && !message.includes('retried')
    ? { kind: 'not_done', reason: 'no_connection', retryAfterMs: NOBODY_MS }
    : { kind: 'unknown', reason: 'no_answer' };
}

function declinedBy({ code = 'card_declined', decline_code: declineCode }: StripeFailure): Declined {
  return { kind: 'declined', code, ...(declineCode !== undefined && { declineCode }) };
}

function answered(error: StripeFailure, now: number): Refused | NotDone | Unknown {
  const failure = judgeFailure(error, now);
  switch (failure.kind) {
    case 'limited':
      return { kind: 'not_done', reason: 'limited', retryAfterMs: failure.afterMs ?? LIMITED_MS };
    case 'refused':
      return { kind: 'not_done', reason: failure.reason, retryAfterMs: KEYS_REFUSED_MS };
    case 'trouble':
      return { kind: 'unknown', reason: failure.reason };
    case 'missing':
    case 'unexpected':
      return refusedBy(error);
  }
}

function refusedBy({ code, message }: StripeFailure): Refused {
  return { kind: 'refused', code: code ?? 'invalid_request', detail: message };
}

/** Of the error of the socket, which the SDK keeps as its detail. */
function codeOf(detail: unknown): string | undefined {
  return typeof detail === 'object' && detail !== null && 'code' in detail && typeof detail.code === 'string'
    ? detail.code
    : undefined;
}
