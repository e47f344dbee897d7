import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Pace } from './pace.js';

const RULES = { first: 10, doublesIn: 2, full: 1_000 };

function paceAt(start: number) {
  let now = start;
  const pace = new Pace(RULES, () => now);
  /** How many of a backlog get out in so many seconds, asked for every ten milliseconds. */
  const drain = (seconds: number): number => {
    let out = 0;
    for (const until = now + seconds; now < until; now += 0.01)
      while (out < 1_000_000 && pace.take('a', false)) out += 1;
    return out;
  };
  return { pace, drain, wait: (seconds: number) => (now += seconds) };
}

describe('the pace of a backlog', () => {
  it('is not held back where there was no hold', () => {
    const { pace } = paceAt(5);
    expect(Array.from({ length: 5_000 }, () => pace.take('a', false)).every(Boolean)).toBe(true);
  });

  it('begins slowly after a hold and doubles until it is at its full rate', () => {
    const { pace, drain } = paceAt(5);
    pace.held('a');
    const [first, second, third] = [drain(2), drain(2), drain(2)];
    expect(first).toBeGreaterThan(15);
    expect(first).toBeLessThan(35);
    expect(second / first).toBeGreaterThan(1.6);
    expect(third / second).toBeGreaterThan(1.6);
    drain(8);
    expect(pace.take('a', false)).toBe(true);
  });

  it('lets out at once what was accepted just now', () => {
    const { pace } = paceAt(5);
    pace.held('a');
    expect(pace.take('a', false)).toBe(false);
    expect(Array.from({ length: 50 }, () => pace.take('a', true)).every(Boolean)).toBe(true);
  });

  it('leaves other credentials alone', () => {
    const { pace } = paceAt(5);
    pace.held('a');
    expect(Array.from({ length: 500 }, () => pace.take('b', false)).every(Boolean)).toBe(true);
  });

  it('begins at half of the rate that used a quota up, and grows by steps', () => {
    const { pace, drain, wait } = paceAt(5);
    for (let call = 0; call < 400; call += 1) pace.take('a', false);
    pace.held('a', true);
    wait(60);
    pace.take('a', false);
    wait(20);
    // 200 a second when the quota ran out, 20 more each second since: 80 s later far beyond, and the ramp is over.
    expect(drain(1)).toBeGreaterThan(1_000);
    const again = paceAt(5);
    for (let call = 0; call < 400; call += 1) again.pace.take('a', false);
    again.pace.held('a', true);
    again.wait(1);
    again.pace.take('a', false);
    again.drain(10);
    const second = again.drain(1);
    expect(second).toBeGreaterThan(200);
    expect(second).toBeLessThan(500);
  });

  it('never lets out more in a second than its rate and what had gathered', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { maxLength: 60 }), (waits) => {
        const { pace, wait } = paceAt(100);
        pace.held('a');
        pace.take('a', false);
        let now = 0;
        for (const pause of waits) {
          wait(pause);
          now += pause;
          const rate = RULES.first * 2 ** (now / RULES.doublesIn);
          if (rate >= RULES.full) return;
          let out = 0;
          while (pace.take('a', false)) out += 1;
          expect(out).toBeLessThanOrEqual(Math.ceil(rate) + 1);
        }
      }),
    );
  });
});
