import type { Spread } from './spread.ts';

/** A promise that is a figure, not a ratio: how long something takes at most, or how much it needs. */
export interface Bound {
  readonly name: string;
  readonly about: string;
  readonly unit: 'ms' | 's' | 'MB' | '% of a core';
  readonly measured: Spread;
  readonly atMost?: number;
  readonly aim?: number;
}
