import { describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { judgeFailure } from './judge-failure.js';

const NOW = Date.parse('2026-11-26T12:00:00Z');

function thrown(statusCode: number, error: object = {}, headers: Record<string, string> = {}): unknown {
  return Stripe.errors.StripeError.generate({
    type: 'invalid_request_error',
    message: 'x',
    ...error,
    headers,
    statusCode,
  } as unknown as Stripe.StripeRawError);
}

describe('what the SDK throws', () => {
  it.each([
    [404, { code: 'resource_missing' }, {}, { kind: 'missing' }],
    [404, { code: 'not_found' }, {}, { kind: 'missing' }],
    // "Unrecognized request URL": our path is wrong, and the object may well be there.
    [404, {}, {}, { kind: 'unexpected', reason: 'status_404' }],
    [400, { code: 'parameter_unknown' }, {}, { kind: 'unexpected', reason: 'status_400_parameter_unknown' }],
    [401, {}, {}, { kind: 'refused', status: 401, reason: 'status_401' }],
    [403, { code: 'account_invalid' }, {}, { kind: 'refused', status: 403, reason: 'status_403_account_invalid' }],
    [429, {}, {}, { kind: 'limited', scope: 'endpoint', afterMs: undefined }],
    [429, {}, { 'retry-after': '3' }, { kind: 'limited', scope: 'endpoint', afterMs: 3_000 }],
    [
      429,
      {},
      { 'retry-after': 'Thu, 26 Nov 2026 12:00:09 GMT' },
      { kind: 'limited', scope: 'endpoint', afterMs: 9_000 },
    ],
    [429, {}, { 'retry-after': 'soon' }, { kind: 'limited', scope: 'endpoint', afterMs: undefined }],
    [
      429,
      { code: 'rate_limit' },
      { 'stripe-rate-limited-reason': 'global-rate' },
      { kind: 'limited', scope: 'account', afterMs: undefined },
    ],
    [
      429,
      { code: 'rate_limit' },
      { 'stripe-rate-limited-reason': 'endpoint-concurrency' },
      { kind: 'limited', scope: 'endpoint', afterMs: undefined },
    ],
    [429, { code: 'lock_timeout' }, {}, { kind: 'limited', scope: 'object', afterMs: undefined }],
    [400, { code: 'rate_limit' }, {}, { kind: 'limited', scope: 'endpoint', afterMs: undefined }],
    [500, { type: 'api_error' }, {}, { kind: 'trouble', reason: 'status_500' }],
    [503, { type: 'api_error' }, { 'retry-after': '1' }, { kind: 'trouble', reason: 'status_503' }],
    [409, {}, {}, { kind: 'unexpected', reason: 'status_409' }],
  ])('with status %i %j %j is %j', (status, error, headers, expected) => {
    expect(judgeFailure(thrown(status, error, headers), NOW)).toEqual(expected);
  });

  it('without an answer is trouble', () => {
    expect(judgeFailure(new Stripe.errors.StripeConnectionError())).toEqual({
      kind: 'trouble',
      reason: 'no_connection',
    });
    expect(judgeFailure(new Stripe.errors.StripeAPIError())).toEqual({ kind: 'trouble', reason: 'no_json' });
    expect(judgeFailure(new TypeError())).toEqual({ kind: 'trouble', reason: 'sdk' });
  });
});
