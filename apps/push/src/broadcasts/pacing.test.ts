import { describe, expect, it } from '@jest/globals';
import { type BroadcastPacing, broadcastPacing } from '@signalbox/contracts';
import fc from 'fast-check';
import { endOf, MOST_AT_ONCE, pace, paidUntil, workingMs } from './pacing.js';

const DAY_MS = 24 * 3_600_000;
const QUARTER_MS = 15 * 60_000;

const pacings = fc.record({
  maxPerSecond: fc.integer({ min: 1, max: 10_000 }),
  rampSeconds: fc.integer({ min: 0, max: 300 }),
  avoidQuarterHours: fc.boolean(),
});

interface Taken {
  readonly at: number;
  readonly take: number;
}

/** A broadcast that is never held up by anything but its pace, for at most `ms`. */
function play(pacing: BroadcastPacing, from: number, ms: number, most: number, stumble: () => number): Taken[] {
  const taken: Taken[] = [];
  let [now, until, sum] = [from, from, 0];
  while (now < from + ms && sum < most) {
    const next = pace(pacing, { from, until }, now);
    if ('waitUntil' in next) {
      expect(next.waitUntil).toBeGreaterThan(now);
      now = Math.ceil(next.waitUntil);
      continue;
    }
    taken.push({ at: now, take: next.take });
    sum += next.take;
    until = paidUntil({ from, until }, now, next.eachMs, next.take);
    now += stumble();
  }
  return taken;
}

const restsAt = (at: number): boolean => {
  const into = at % QUARTER_MS;
  return into < 120_000 || into >= QUARTER_MS - 120_000;
};

describe('the pace of a broadcast', () => {
  it('is never exceeded, rests around quarters of an hour, and begins slowly', () => {
    const start = fc.integer({ min: 0, max: DAY_MS });
    fc.assert(
      fc.property(
        pacings,
        start,
        fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1 }),
        (pacing, from, stumbles) => {
          let step = 0;
          const taken = play(pacing, from, 20 * 60_000, 30_000, () => stumbles[step++ % stumbles.length]!);
          const windowMs = 10_000;
          let [begin, within, sum] = [0, 0, 0];
          for (const { at, take } of taken) {
            if (pacing.avoidQuarterHours) expect(restsAt(at)).toBe(false);
            within += take;
            sum += take;
            while (taken[begin]!.at <= at - windowMs) within -= taken[begin++]!.take;
            expect(within).toBeLessThanOrEqual((pacing.maxPerSecond * (windowMs + 2_000)) / 1_000 + MOST_AT_ONCE);
            const seconds = (at - from) / 1_000;
            if (seconds < pacing.rampSeconds) {
              const most =
                (pacing.maxPerSecond * (seconds + 2) ** 2) / (2 * pacing.rampSeconds) +
                pacing.maxPerSecond / pacing.rampSeconds;
              expect(sum).toBeLessThanOrEqual(most + seconds + MOST_AT_ONCE);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('ends when it was said to end', () => {
    fc.assert(
      fc.property(
        pacings,
        fc.integer({ min: 0, max: DAY_MS }),
        fc.integer({ min: 1, max: 20_000 }),
        (pacing, from, count) => {
          const said = endOf(pacing, from, count)!;
          const taken = play(pacing, from, said - from + 3_600_000, count, () => 1);
          const last = taken.at(-1)!.at;
          // A rest lies between where it is a matter of a second.
          expect(Math.abs(last - said)).toBeLessThanOrEqual(
            Math.max(0.05 * (said - from), 3_000 + 1_000 * pacing.rampSeconds) +
              (pacing.avoidQuarterHours ? 300_000 : 0),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  it('is foretold for whatever rate was measured, or not at all', () => {
    fc.assert(
      fc.property(
        pacings,
        fc.integer({ min: 0, max: DAY_MS }),
        fc.integer({ min: 1, max: 5_000_000 }),
        fc.oneof(
          fc.constant(0),
          fc.double({ min: 0, max: 20_000, noNaN: true }),
          fc.double({ min: 0, max: 1, noNaN: true }),
        ),
        (pacing, from, count, measured) => {
          const said = endOf(pacing, from, count, measured);
          if (said === undefined) return;
          expect(said - from).toBeLessThanOrEqual(400 * DAY_MS);
          // It is never sooner than the rate lets it be, but for the second in which it begins.
          const fastest = Math.min(pacing.maxPerSecond, measured > 0 ? measured : Infinity);
          expect(said - from).toBeGreaterThanOrEqual((count / fastest - 1) * 999);
        },
      ),
      { numRuns: 100 },
    );
    const slow = broadcastPacing.parse({ rampSeconds: 0, avoidQuarterHours: false });
    expect(endOf(slow, 0, 1_000_000, 1 / 25)! / 1e9).toBeCloseTo(25, 4);
    expect(endOf(slow, 0, 2_000_000, 1 / 25)).toBeUndefined();
    expect(endOf(slow, 0, 1, 1e-300)).toBeUndefined();
  });

  it('shares what a provider takes among the broadcasts of an app', () => {
    const pacing = broadcastPacing.parse({ rampSeconds: 0, avoidQuarterHours: false });
    expect(pace(pacing, { from: 0, until: 0 }, 1_000, 4)).toEqual({ take: MOST_AT_ONCE, eachMs: 0.4 });
    expect(pace(pacing, { from: 0, until: 0 }, 1_000)).toEqual({ take: MOST_AT_ONCE, eachMs: 0.1 });
  });

  it('is as slow as what was measured, where that is slower', () => {
    const pacing = broadcastPacing.parse({ rampSeconds: 0, avoidQuarterHours: false });
    expect(endOf(pacing, 0, 1_000_000, 500)).toBe(2_000_000);
    const resting = broadcastPacing.parse({ rampSeconds: 0 });
    // 645 of 900 seconds are no rest.
    expect(workingMs(resting, 0, 3_600_000)).toBe(4 * 645_000);
    expect(workingMs(resting, 60_000, 130_000)).toBe(10_000);
    expect(endOf(resting, 0, 10_000_000, 500)! / 1_000).toBeCloseTo((20_000 * 900) / 645, -3);
  });
});
