import { describe, expect, it } from '@jest/globals';
import { compare, isUnchanged, windowOf, type Round } from './compare.ts';

const window = (p99: number): Round['struck'] => ({ p50: 1, p99, messages: 100 });
const round = (one: number, other: number, struck: number): Round => ({
  calm: [window(one), window(other)],
  struck: window(struck),
});

describe('a comparison of windows', () => {
  it('takes p50 and p99 of what was waited', () => {
    const waits = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect(windowOf(waits)).toEqual({ p50: 101, p99: 199, messages: 200 });
  });

  it('says that nothing was measured rather than that all was well', () => {
    expect(() => windowOf([])).toThrow(RangeError);
  });

  it('sets the change beside what the machine changes by itself', () => {
    expect(compare([round(10, 11, 10.5), round(20, 20, 30), round(10, 10, 11)])).toEqual({
      noise: { median: 1, least: 1, most: 1.1 },
      change: { median: 1.1, least: 1, most: 1.5 },
    });
  });

  it.each<[string, Round[], boolean]>([
    ['no more than the noise', [round(10, 11, 10)], true],
    ['more than the noise', [round(10, 10.5, 11.5)], false],
    ['more than it may, in whatever noise', [round(10, 20, 20)], false],
  ])('judges %s', (_what, rounds, unchanged) => {
    expect(isUnchanged(compare(rounds))).toBe(unchanged);
  });
});
