import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RetryBudget } from './retry-budget.js';

const FLOORS = { perCredential: 5, perProvider: 20 };

function budgetAt(start: number): { budget: RetryBudget; wait: (seconds: number) => void } {
  let second = start;
  const budget = new RetryBudget(FLOORS, () => second);
  return { budget, wait: (seconds) => (second += seconds) };
}
const many = (times: number, spend: () => boolean): number =>
  Array.from({ length: times }, spend).filter(Boolean).length;

describe('the retry budget', () => {
  it('lets a tenth of the calls of a minute be retries', () => {
    const { budget } = budgetAt(1_000);
    expect(many(1_000, () => budget.spend('a', 1))).toBe(1_000);
    const retries = many(1_000, () => budget.spend('a', 2));
    // Retries are calls too, so that r <= (1000 + r) / 10.
    expect(retries).toBeGreaterThanOrEqual(100);
    expect(retries / (1_000 + retries)).toBeLessThanOrEqual(0.1 + 1 / 1_000);
  });

  it('leaves a quiet credential a few retries', () => {
    const { budget } = budgetAt(1_000);
    expect(many(100, () => budget.spend('a', 3))).toBe(FLOORS.perCredential);
  });

  it('gives new room as the calls and retries of a minute ago are forgotten', () => {
    const { budget, wait } = budgetAt(1_000);
    expect(many(100, () => budget.spend('a', 2))).toBe(5);
    wait(59);
    expect(budget.spend('a', 2)).toBe(false);
    wait(1);
    expect(many(100, () => budget.spend('a', 2))).toBe(5);
  });

  it('keeps the share of a credential from the trouble of another', () => {
    const { budget } = budgetAt(1_000);
    many(10_000, () => budget.spend('sound', 1));
    many(100, () => budget.spend('troubled', 1));
    expect(many(10_000, () => budget.spend('troubled', 2))).toBeLessThanOrEqual(12);
    expect(many(50, () => budget.spend('sound', 2))).toBe(50);
  });

  it('holds for all credentials together, whatever the order of calls, retries and time', () => {
    const step = fc.record({
      credential: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
      attempt: fc.integer({ min: 1, max: 3 }),
      passed: fc.constantFrom(0, 0, 0, 0, 1, 7, 61),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const { budget, wait } = budgetAt(5);
        const made: { at: number; isRetry: boolean }[] = [];
        let now = 0;
        for (const { credential, attempt, passed } of steps) {
          wait(passed);
          now += passed;
          if (!budget.spend(credential, attempt)) continue;
          made.push({ at: now, isRetry: attempt > 1 });
          const minute = made.filter((call) => call.at > now - 60);
          const retries = minute.filter((call) => call.isRetry).length;
          if (attempt > 1) expect(retries).toBeLessThanOrEqual(Math.max(FLOORS.perProvider, 0.1 * minute.length + 1));
        }
      }),
    );
  });
});
