import { percentile } from '../oracle/percentile.ts';

/** What one window of time came to, in milliseconds. */
export interface Window {
  readonly p50: number;
  readonly p99: number;
  readonly messages: number;
}

/** Two calm windows and one with the fault, one after the other. */
export interface Round {
  readonly calm: readonly [Window, Window];
  readonly struck: Window;
}

/** How much the fault changed p99, beside how much nothing at all changes it. */
export interface Comparison {
  /** Calm over calm, each round's larger over its smaller: what the machine does by itself. */
  readonly noise: Spread;
  /** With the fault over the mean of the two calm windows of its round. */
  readonly change: Spread;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** p99 with a fault may be this much of p99 without, at most. */
const MOST_CHANGE = 1.2;

/** @throws RangeError for no waits: an empty window measures nothing. */
export function windowOf(waits: readonly number[]): Window {
  if (waits.length === 0) throw new RangeError('no message in this window');
  const sorted = waits.toSorted((one, other) => one - other);
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), messages: sorted.length };
}

/** Pure. */
export function compare(rounds: readonly Round[]): Comparison {
  const noise = rounds.map(({ calm: [one, other] }) => Math.max(one.p99, other.p99) / Math.min(one.p99, other.p99));
  const change = rounds.map(({ calm: [one, other], struck }) => struck.p99 / ((one.p99 + other.p99) / 2));
  return { noise: spread(noise), change: spread(change) };
}

/** Whether the fault changed no more than nothing does, and in no case more than it may. */
export function isUnchanged({ noise, change }: Comparison): boolean {
  return change.median <= Math.max(noise.most, 1) && change.median <= MOST_CHANGE;
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)! };
}
