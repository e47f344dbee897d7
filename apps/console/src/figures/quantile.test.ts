import { describe, expect, it } from '@jest/globals';
import { quantile } from './quantile.js';

const BOUNDS = [0.1, 0.2, 1];

describe('a quantile of counted durations', () => {
  it('lies evenly between the bounds of where it falls', () => {
    expect(quantile(0.5, [10, 0, 0, 0], BOUNDS)).toBeCloseTo(0.05);
    expect(quantile(0.5, [0, 10, 0, 0], BOUNDS)).toBeCloseTo(0.15);
    expect(quantile(0.99, [98, 0, 2, 0], BOUNDS)).toBeCloseTo(0.6);
  });

  it('is unknown of nothing, and beyond measure where only that is known', () => {
    expect(quantile(0.5, [0, 0, 0, 0], BOUNDS)).toBeUndefined();
    expect(quantile(0.99, [50, 0, 0, 50], BOUNDS)).toBe(Infinity);
  });
});
