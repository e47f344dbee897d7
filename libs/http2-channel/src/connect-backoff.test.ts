import { describe, expect, it } from '@jest/globals';
import { ConnectBackoff } from './connect-backoff.js';

describe('the wait before the next attempt to connect', () => {
  it('is none at first, and none after a session has answered', () => {
    const backoff = new ConnectBackoff(() => 0);
    expect([backoff.waitMs, backoff.lastCode]).toEqual([0, undefined]);
    backoff.failed('ECONNREFUSED');
    expect(backoff.lastCode).toBe('ECONNREFUSED');
    backoff.answered();
    expect([backoff.waitMs, backoff.lastCode]).toEqual([0, undefined]);
  });

  it('is at least 50 ms, and its ceiling doubles up to five seconds', () => {
    const longest = Array.from({ length: 8 }, (_, failures) => {
      const waits = Array.from({ length: 300 }, () => {
        const backoff = new ConnectBackoff(() => 0);
        for (let count = 0; count <= failures; count += 1) backoff.failed('ETIMEDOUT');
        return backoff.waitMs;
      });
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(50);
      return Math.max(...waits);
    });
    const ceilings = [200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000];
    for (const [index, ceiling] of ceilings.entries()) {
      expect(longest[index]).toBeLessThanOrEqual(ceiling);
      expect(longest[index]).toBeGreaterThan(ceiling / 2);
    }
  });

  it('passes', () => {
    const clock = { now: 0 };
    const backoff = new ConnectBackoff(() => clock.now);
    backoff.failed('ECONNREFUSED');
    clock.now = 200;
    expect(backoff.waitMs).toBe(0);
  });
});
