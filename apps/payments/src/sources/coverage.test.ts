import { describe, expect, it } from '@jest/globals';
import { coveredFrom, keepsCoverage, type Window } from './coverage.js';

const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 25, hour));
const window = (from: number, to?: number): Window => ({
  notBefore: at(from),
  notAfter: to === undefined ? null : at(to),
});

describe('windows of secrets', () => {
  it.each([
    ['none', [], undefined],
    ['one that ends', [window(1, 5)], undefined],
    ['one without an end', [window(3)], at(3)],
    ['one that ends when the next begins', [window(1, 5), window(5)], at(1)],
    ['overlapping ones, in any order', [window(4), window(3, 6), window(1, 3)], at(1)],
    ['a gap between two', [window(1, 4), window(5)], at(5)],
    ['an old one that ended long ago', [window(0, 1), window(5)], at(5)],
  ])('%s', (_what, windows, expected) => {
    expect(coveredFrom(windows)).toEqual(expected);
  });

  it.each([
    ['an end for one of two', [window(0), window(1)], [window(0, 14), window(1)], true],
    ['an end for the only one', [window(0)], [window(0, 14)], false],
    ['a planned change without a gap', [window(0)], [window(0, 15), window(14)], true],
    ['a planned change with a gap', [window(0)], [window(0, 14), window(15)], false],
    ['a late beginning of the only one', [window(0)], [window(15)], false],
    ['an earlier beginning of one that is still to come', [window(16)], [window(14)], true],
    ['nothing left', [window(0)], [], false],
    ['nothing left of what was to come', [window(16)], [], false],
  ])('at noon, %s', (_what, before, after, allowed) => {
    expect(keepsCoverage(before, after, at(12))).toBe(allowed);
  });
});
