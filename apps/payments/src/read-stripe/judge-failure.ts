import Stripe from 'stripe';

/**
 * Why Stripe gave no object:
 * - `missing`: Stripe says that there is none. Only its own word for that counts: a 404 of a proxy, or of a path that Stripe
 *   does not know, says nothing about the object;
 * - `limited`: too many calls, of this endpoint, of the whole account, or for this very object (`object`);
 * - `refused`: the key may not read it, or is not a key any more;
 * - `trouble`: Stripe or the way to it is broken;
 * - `unexpected`: an answer that we know no reason for.
 */
export type Failure =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'limited';
      readonly scope: 'endpoint' | 'account' | 'object';
      /** What Stripe asked for. */
      readonly afterMs: number | undefined;
    }
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly reason: string }
  | { readonly kind: 'trouble' | 'unexpected'; readonly reason: string };

/** https://docs.stripe.com/error-codes, and for v2 https://docs.stripe.com/api-v2-overview#error-handling */
const NO_SUCH_THING: ReadonlySet<string> = new Set(['resource_missing', 'not_found']);

/** What the SDK threw, as one of a closed union. */
export function judgeFailure(error: unknown, now: number = Date.now()): Failure {
  if (!(error instanceof Stripe.errors.StripeError)) return { kind: 'trouble', reason: 'sdk' };
  if (error instanceof Stripe.errors.StripeConnectionError) return { kind: 'trouble', reason: 'no_connection' };
  const { statusCode: status, code } = error;
  // An answer that was no JSON came from somewhere between Stripe and us.
  if (status === undefined) return { kind: 'trouble', reason: 'no_json' };
  if (status >= 500) return { kind: 'trouble', reason: `status_${status}` };
  if (error instanceof Stripe.errors.StripeRateLimitError) return limited(error, now);
  if (status === 404 && code !== undefined && NO_SUCH_THING.has(code)) return { kind: 'missing' };
  const reason = `status_${status}${code === undefined ? '' : `_${code}`}`;
  return status === 401 || status === 403 ? { kind: 'refused', status, reason } : { kind: 'unexpected', reason };
}

function limited({ code, headers = {} }: Stripe.errors.StripeError, now: number): Failure {
  const afterMs = retryAfterMs(headers['retry-after'], now);
  // Somebody else holds this very object at Stripe: no rate is exceeded.
  if (code === 'lock_timeout') return { kind: 'limited', scope: 'object', afterMs };
  // https://docs.stripe.com/rate-limits: global-rate, global-concurrency, endpoint-rate, endpoint-concurrency, ...
  const ofAccount = headers['stripe-rate-limited-reason']?.startsWith('global-') === true;
  return { kind: 'limited', scope: ofAccount ? 'account' : 'endpoint', afterMs };
}

/** Seconds or a date (RFC 9110 section 10.2.3); undefined when it is neither. */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
