import { describe, expect, it } from '@jest/globals';
import { CALL, FOLLOW, isWorthRepeating, parseRetryAfter, waitBeforeRetry } from './retry-policy.js';

const NOON = Date.UTC(2026, 0, 1, 12);
const most = (): number => 1;
const least = (): number => 0;

describe('the retry policy', () => {
  it.each([
    [400, false],
    [401, false],
    [404, false],
    [409, false],
    [413, false],
    [422, false],
    [429, true],
    [500, false],
    [502, true],
    [503, true],
    [504, true],
  ])('says of %i that repeating it helps: %s', (status, helps) => {
    expect(isWorthRepeating(status)).toBe(helps);
  });

  it.each([
    ['the first wait is anything up to the base', 1, undefined, least, 0],
    ['', 1, undefined, most, 250],
    ['it doubles', 3, undefined, most, 1_000],
    ['a pause is kept, and the jitter comes on top', 1, 2_000, least, 2_000],
    ['', 1, 2_000, most, 2_250],
    ['a pause of a minute is the longest', 1, 60_000, least, 60_000],
    ['a longer one is a refusal', 1, 60_001, least, undefined],
    ['after the fifth attempt it is enough', 5, undefined, least, undefined],
  ])('%s: attempt %i after a pause of %s', (_rule, attempt, pause, random, wait) => {
    expect(waitBeforeRetry(attempt, pause, CALL, random)).toBe(wait);
  });

  it('lets a follower come back for ever, at most 15 seconds apart unless it is told to wait longer', () => {
    expect(waitBeforeRetry(5_000, undefined, FOLLOW, most)).toBe(15_000);
    expect(waitBeforeRetry(5_000, 3_600_000, FOLLOW, least)).toBe(3_600_000);
  });

  it.each([
    [null, undefined],
    ['', undefined],
    ['0', 0],
    ['17', 17_000],
    ['soon', undefined],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
  ])('reads Retry-After %j as %j ms', (header, ms) => {
    expect(parseRetryAfter(header, NOON)).toBe(ms);
  });
});
