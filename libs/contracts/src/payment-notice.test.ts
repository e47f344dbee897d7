import { describe, expect, it } from '@jest/globals';
import { newUuid, timeOfUuid } from './ids.js';
import { noticeIdOf } from './payment-notice.js';

describe('the notification of a fact about money', () => {
  it('has the same id whoever computes it', () => {
    expect(noticeIdOf('0193e5a1-7f00-7000-8000-000000000001')).toBe('0193e5a1-7f00-730a-98dd-9d448a5a636a');
  });

  it('lies in the partition of the fact, under an id of its own', () => {
    const fact = newUuid();
    expect(timeOfUuid(noticeIdOf(fact))).toBe(timeOfUuid(fact));
    expect(noticeIdOf(fact)).not.toBe(fact);
    expect(noticeIdOf(newUuid())).not.toBe(noticeIdOf(fact));
  });
});
