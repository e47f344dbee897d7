import { Refused } from '../wire/refused.js';
import type { FaultEnding } from '../../faults/fault.js';

/** The error that Stripe answers with this status. */
export function faultAnswer({ status, retryAfter, code }: Extract<FaultEnding, { kind: 'answer' }>): Refused {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (status === 429) {
    const message =
      'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.';
    return new Refused(429, { type: 'invalid_request_error', code: code ?? 'rate_limit', message }, headers);
  }
  if (status >= 500) {
    const message = 'An unknown error occurred. If you have any questions, we can help at https://support.stripe.com/.';
    return new Refused(status, { type: 'api_error', code, message }, headers);
  }
  return new Refused(
    status,
    { type: 'invalid_request_error', code, message: 'The sandbox was told to refuse this.' },
    headers,
  );
}
