import { describe, expect, it } from '@jest/globals';
import { doubling, parseRetryAfter, spread } from './retry-wait.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['7', 7000],
    ['0', 0],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['999999999999', 3_600_000],
    ['soon', undefined],
    ['', undefined],
    ['-5', undefined],
  ])('%j is %j milliseconds', (header, ms) => {
    expect(parseRetryAfter(header, NOW)).toBe(ms);
  });
});

describe('the wait before a retry', () => {
  it('doubles with every attempt, up to an hour', () => {
    expect([1, 2, 3, 20].map((attempt) => doubling(10_000, attempt))).toEqual([10_000, 20_000, 40_000, 3_600_000]);
  });

  it('is never shorter than asked, and at most a fifth longer', () => {
    expect([0, 0.5, 1].map((random) => spread(1000, () => random))).toEqual([1000, 1100, 1200]);
  });
});
