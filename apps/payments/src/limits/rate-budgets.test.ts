import { describe, expect, it } from '@jest/globals';
import { RateBudgets } from './rate-budgets.js';

describe('a budget of calls', () => {
  it('is never more than 25 in any second, however they come', () => {
    let now = 0;
    const budgets = new RateBudgets(() => now);
    const made: number[] = [];
    for (; now < 10_000; now += 1) {
      // A rush now and then, and a trickle in between.
      const wanted = now % 1_500 === 0 ? 50 : Number(now % 30 === 0);
      for (let call = 0; call < wanted; call += 1) if (budgets.take(['a'], 0) === 0) made.push(now);
    }
    const busiest = Math.max(...made.map((first) => made.filter((at) => at >= first && at < first + 1_000).length));
    expect(busiest).toBeGreaterThan(20);
    expect(busiest).toBeLessThanOrEqual(25);
  });

  it('says how long a call has to wait, and is not spent by one that will not', () => {
    const budgets = new RateBudgets(() => 0);
    for (let call = 0; call < 5; call += 1) expect(budgets.take(['a'], 0)).toBe(0);
    expect(budgets.take(['a'], 10)).toBe(50);
    expect(budgets.take(['a'], 100)).toBe(50);
    expect(budgets.take(['a'], 100)).toBe(100);
  });

  it('of one endpoint is not spent by another, and one that is shared is', () => {
    const budgets = new RateBudgets(() => 0);
    for (let call = 0; call < 5; call += 1) budgets.take(['a', 'all'], 0);
    expect(budgets.take(['b'], 0)).toBe(0);
    expect(budgets.take(['c', 'all'], 0)).toBe(50);
  });
});
