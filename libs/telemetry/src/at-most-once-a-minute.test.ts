import { describe, expect, it } from '@jest/globals';
import { atMostOnceAMinute } from './at-most-once-a-minute.js';

describe('a report that is made at most once a minute', () => {
  it('is made at first, then kept back for a minute, and then says how often', () => {
    const made: [string, number][] = [];
    let now = 5;
    const report = atMostOnceAMinute<string>(
      (what, keptBack) => made.push([what, keptBack]),
      () => now,
    );
    report('first');
    for (now = 6; now < 60_005; now += 1_000) report('again');
    now = 60_005;
    report('a minute later');
    expect(made).toEqual([
      ['first', 0],
      ['a minute later', 60],
    ]);
  });
});
