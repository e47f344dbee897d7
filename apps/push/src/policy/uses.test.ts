import { describe, expect, it } from '@jest/globals';
import type { Cap } from '@signalbox/contracts';
import { admit, type Use } from './uses.js';

const HOURLY: Cap = { max: 2, perSeconds: 3_600 };

describe('a meter', () => {
  it('lets as many through as its cap says, and says when the next one may come', () => {
    const uses: Use[] = [
      ['a', 1_000],
      ['b', 2_000],
    ];
    expect(admit([], [HOURLY], 'a', 1_000)).toEqual({ admitted: true, uses: [['a', 1_000]] });
    expect(admit(uses, [HOURLY], 'c', 3_000)).toEqual({ admitted: false, cap: HOURLY, passesFrom: 3_601_000 });
    expect(admit(uses, [HOURLY], 'c', 3_600_999)).toMatchObject({ admitted: false });
    expect(admit(uses, [HOURLY], 'c', 3_601_000)).toEqual({ admitted: true, uses: [uses[1], ['c', 3_601_000]] });
  });

  it('counts the same notification once, also when it is full', () => {
    const uses: Use[] = [
      ['a', 1_000],
      ['b', 2_000],
    ];
    expect(admit(uses, [HOURLY], 'a', 3_000)).toEqual({ admitted: true, uses });
  });

  it('keeps to all of its caps, and names the one that is in the way longest', () => {
    const daily: Cap = { max: 1, perSeconds: 86_400 };
    expect(admit([['a', 0]], [HOURLY, daily], 'b', 10)).toMatchObject({ admitted: false, cap: daily });
    expect(admit([['a', 0]], [daily, { max: 1, perSeconds: 60 }], 'b', 10)).toMatchObject({ cap: daily });
  });

  it('counts at the last time it knows of when a clock is behind', () => {
    expect(admit([['a', 9_000]], [HOURLY], 'b', 1_000)).toEqual({
      admitted: true,
      uses: [
        ['a', 9_000],
        ['b', 9_000],
      ],
    });
  });
});
