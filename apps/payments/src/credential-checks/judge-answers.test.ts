import { describe, expect, it } from '@jest/globals';
import { judgeBraintree, judgeStripe } from './judge-answers.js';

describe('a dry run at Stripe', () => {
  const answered = (body: unknown) => judgeStripe({ kind: 'answered', body, apiVersion: 'x' }).verdict;
  const later = (reason: string, forbidden?: true) =>
    judgeStripe({ kind: 'later', ms: 1, reason, ...(forbidden && { forbidden }) }).verdict;

  it('works with a key that may read its account, and with a restricted one that may not', () => {
    expect(answered({ id: 'acct_1', charges_enabled: true })).toBe('works');
    expect(later('status_403_more_permissions_required', true)).toBe('works');
  });

  it('is limited for an account that takes no payments yet', () => {
    expect(answered({ id: 'acct_1', charges_enabled: false })).toBe('limited');
  });

  it('is refused for a key that is none any more, and says nothing when nobody answers', () => {
    expect(later('status_401')).toBe('refused');
    expect(later('status_401_api_key_expired')).toBe('refused');
    expect(later('no_connection')).toBe('unreachable');
    expect(later('breaker_open')).toBe('unreachable');
  });
});

describe('a dry run at Braintree', () => {
  it('works when Braintree knows no such customer, and is refused when it knows no such keys', () => {
    expect(judgeBraintree({ kind: 'missing' }).verdict).toBe('works');
    expect(judgeBraintree({ kind: 'later', reason: 'keys_refused', retryAfterMs: 1 }).verdict).toBe('refused');
    expect(judgeBraintree({ kind: 'later', reason: 'no_connection', retryAfterMs: 1 }).verdict).toBe('unreachable');
  });
});
