import { describe, expect, it } from '@jest/globals';
import { AttemptLimit } from './attempt-limit.js';

describe('the limit on password guesses', () => {
  it('allows a few in a row, then says how long to wait, then one at a time', () => {
    let now = 0;
    const limit = new AttemptLimit({ attempts: 3, refill: 30_000, now: () => now });
    expect([1, 2, 3].map(() => limit.take('10.0.0.1'))).toEqual([0, 0, 0]);
    expect(limit.take('10.0.0.1')).toBe(30);
    now += 20_000;
    expect(limit.take('10.0.0.1')).toBe(10);
    now += 10_000;
    expect(limit.take('10.0.0.1')).toBe(0);
    expect(limit.take('10.0.0.1')).toBe(30);
  });

  it('counts addresses apart, and forgives the one that knew the password', () => {
    const limit = new AttemptLimit({ attempts: 1, refill: 30_000, now: () => 0 });
    limit.take('10.0.0.1');
    expect(limit.take('10.0.0.2')).toBe(0);
    limit.forgive('10.0.0.1');
    expect(limit.take('10.0.0.1')).toBe(0);
  });
});
