import type { NotDone, Refused, Unknown } from '../outcome.js';

/** What a call waits that Braintree limits, which names no time, and one that reaches nobody. Milliseconds. */
const LIMITED_MS = 1_000;
const NOBODY_MS = 2_000;
/** Keys that Braintree refuses need a person. Milliseconds. */
const KEYS_REFUSED_MS = 60_000;

/**
 * What the SDK threw for a call, as one of a closed union, by the type that it gives its errors. 5xx and silence may hide that it
 * happened. Whatever it throws for reasons of its own (a broken connection, a status or a body that it does not know) has one
 * type, so whether anybody was reached decides: where nobody was, nothing happened.
 */
export function judgeFailure(error: unknown, reached: boolean): Refused | NotDone | Unknown {
  const type = typeOf(error);
  switch (type) {
    case 'tooManyRequestsError':
      return { kind: 'not_done', reason: 'limited', retryAfterMs: LIMITED_MS };
    case 'authenticationError':
    case 'authorizationError':
      return { kind: 'not_done', reason: 'keys_refused', retryAfterMs: KEYS_REFUSED_MS };
    case 'notFoundError':
      return { kind: 'refused', code: 'not_found', detail: 'Braintree has nothing with this id.' };
    case 'upgradeRequired':
      return {
        kind: 'refused',
        code: 'upgrade_required',
        detail: 'Braintree no longer takes calls of this version of its SDK.',
      };
    case 'invalidKeysError':
      return { kind: 'refused', code: 'invalid_request', detail: 'The SDK does not know a field of the request.' };
    case 'serverError':
    case 'serviceUnavailableError':
    case 'gatewayTimeoutError':
    case 'requestTimeoutError':
      return { kind: 'unknown', reason: REASONS[type] };
    default:
      return reached
        ? { kind: 'unknown', reason: 'no_answer' }
        : { kind: 'not_done', reason: NO_CONNECTION, retryAfterMs: NOBODY_MS };
  }
}

export const NO_CONNECTION = 'no_connection';

const REASONS = {
  serverError: 'status_500',
  serviceUnavailableError: 'status_503',
  gatewayTimeoutError: 'status_504',
  requestTimeoutError: 'status_408',
} as const;

function typeOf(error: unknown): string | undefined {
  return error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : undefined;
}
