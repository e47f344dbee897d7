import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BucketLimits, TokenBucket } from './token-bucket.js';

const limits = fc.record({
  burst: fc.integer({ min: 1, max: 1_000 }),
  perSecond: fc.double({ min: 0.01, max: 5_000, noNaN: true }),
});
/** Waits in milliseconds, and how many are asked for after each. */
const demand = fc.array(fc.record({ wait: fc.double({ min: 0, max: 5_000, noNaN: true }), asked: fc.nat(300) }), {
  maxLength: 60,
});

/** When each token was taken. */
function takenAt({ burst, perSecond }: BucketLimits, steps: readonly { wait: number; asked: number }[]): number[] {
  let now = 1_000;
  const bucket = new TokenBucket({ burst, perSecond }, () => now);
  return steps.flatMap(({ wait, asked }) => {
    now += wait;
    return Array.from({ length: asked }, () => (bucket.take() ? [now] : [])).flat();
  });
}

describe('whatever is asked of a token bucket, and when', () => {
  it('no stretch of time sees more than a burst and what the stretch brings', () => {
    fc.assert(
      fc.property(limits, demand, (given, steps) => {
        // Of all stretches between two tokens, the one with most of them beyond what it brings.
        let [most, least] = [0, Infinity];
        takenAt(given, steps).forEach((at, index) => {
          const beyond = index - (at * given.perSecond) / 1_000;
          least = Math.min(least, beyond);
          most = Math.max(most, beyond - least + 1);
        });
        expect(most).toBeLessThanOrEqual(given.burst + 1e-3);
      }),
    );
  });

  it('who asks without end gets all of it, to the last one', () => {
    fc.assert(
      fc.property(
        limits,
        fc.array(fc.double({ min: 0, max: 2_000, noNaN: true }), { maxLength: 40 }),
        (given, waits) => {
          // Never so long that it would overflow: what does not fit in is lost.
          const longest = ((given.burst - 1) * 1_000) / given.perSecond;
          const steps = [0, ...waits.map((wait) => Math.min(wait, longest))].map((wait) => ({
            wait,
            asked: given.burst + Math.ceil((wait * given.perSecond) / 1_000) + 1,
          }));
          const elapsed = steps.reduce((sum, { wait }) => sum + wait, 0);
          const brought = given.burst + (elapsed * given.perSecond) / 1_000;
          expect(Math.abs(takenAt(given, steps).length - brought)).toBeLessThanOrEqual(1 + 1e-6);
        },
      ),
    );
  });

  it('others limits give nobody what was taken before', () => {
    fc.assert(
      fc.property(limits, limits, fc.nat(2_000), (before, after, asked) => {
        const bucket = new TokenBucket(before, () => 0);
        const take = (times: number) => Array.from({ length: times }, () => bucket.take()).filter(Boolean).length;
        const first = take(asked);
        bucket.change(after);
        expect(first + take(3_000)).toBeLessThanOrEqual(Math.max(before.burst, after.burst));
      }),
    );
  });
});
