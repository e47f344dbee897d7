import { describe, expect, it } from '@jest/globals';
import { ago, duration, exactly } from './times.js';

const now = Date.parse('2026-11-26T08:00:00Z');

describe('times on a page', () => {
  it('are one unit, rounded down, and seconds until two minutes have passed', () => {
    const seconds = [-5, 0, 119, 120, 7_199, 7_200, 2 * 86_400 - 1, 2 * 86_400];
    expect(seconds.map((each) => duration(each * 1_000))).toEqual([
      '0 s',
      '0 s',
      '119 s',
      '2 min',
      '119 min',
      '2 h',
      '47 h',
      '2 d',
    ]);
  });

  it('say how far away they are in either direction, and exactly when', () => {
    expect(ago('2026-11-26T05:30:00.123Z', now).text).toBe(
      '<time datetime="2026-11-26T05:30:00.123Z" title="2026-11-26 05:30:00 UTC">2 h ago</time>',
    );
    expect(ago('2026-11-26T08:25:00Z', now).text).toContain('>in 25 min<');
    expect(exactly('2026-11-26T08:25:00+02:00').text).toContain('>2026-11-26 06:25:00 UTC<');
  });
});
