import { describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { judgeWrite } from './judge-write.js';

const { StripeAPIError, StripeCardError, StripeConnectionError, StripeInvalidRequestError, StripeRateLimitError } =
  Stripe.errors;
const broken = (code: string, message = 'x') =>
  new StripeConnectionError({ message, type: 'api_error', detail: Object.assign(new Error(code), { code }) });

describe("Stripe's answer to a call that changes something", () => {
  it.each([
    ['nobody is there', broken('ECONNREFUSED'), { kind: 'not_done', reason: 'no_connection' }],
    ['its name is not known', broken('ENOTFOUND'), { kind: 'not_done', reason: 'no_connection' }],
    [
      'nobody is there any more when the SDK tries again',
      broken('ECONNREFUSED', 'An error occurred with our connection to Stripe. Request was retried 1 times.'),
      { kind: 'unknown', reason: 'no_answer' },
    ],
    ['the connection breaks', broken('ECONNRESET'), { kind: 'unknown', reason: 'no_answer' }],
    ['it says nothing', broken('ETIMEDOUT'), { kind: 'unknown', reason: 'no_answer' }],
    [
      'the bank declines',
      new StripeCardError({
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'insufficient_funds',
        statusCode: 402,
      }),
      { kind: 'declined', code: 'card_declined', declineCode: 'insufficient_funds' },
    ],
    [
      'there are too many calls',
      new StripeRateLimitError({ type: 'invalid_request_error', statusCode: 429, headers: { 'retry-after': '3' } }),
      { kind: 'not_done', reason: 'limited', retryAfterMs: 3_000 },
    ],
    [
      'the first call with the key is under way',
      new StripeInvalidRequestError({ type: 'invalid_request_error', code: 'idempotency_key_in_use', statusCode: 409 }),
      { kind: 'unknown', reason: 'under_way' },
    ],
    [
      'it stands otherwise',
      new StripeInvalidRequestError({
        type: 'invalid_request_error',
        code: 'payment_intent_unexpected_state',
        message: 'It is canceled.',
        statusCode: 400,
      }),
      { kind: 'refused', code: 'payment_intent_unexpected_state', detail: 'It is canceled.' },
    ],
    [
      'the keys are bad',
      new StripeInvalidRequestError({ type: 'invalid_request_error', statusCode: 401 }),
      { kind: 'not_done', reason: 'status_401' },
    ],
    [
      'Stripe breaks',
      new StripeAPIError({ type: 'api_error', statusCode: 500 }),
      { kind: 'unknown', reason: 'status_500' },
    ],
    ['the SDK breaks', new Error('x'), { kind: 'unknown', reason: 'sdk' }],
  ])('%s', (_what, error, expected) => {
    expect(judgeWrite(error)).toMatchObject({ ...expected, replayed: false });
  });

  it('says when it only repeats what it had answered', () => {
    const error = new StripeAPIError({
      type: 'api_error',
      statusCode: 500,
      headers: { 'idempotent-replayed': 'true' },
    });
    expect(judgeWrite(error)).toEqual({ kind: 'unknown', reason: 'status_500', replayed: true });
  });
});
