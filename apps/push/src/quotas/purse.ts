import type { Quotas } from '@signalbox/contracts';

/** Of which day and month, in UTC and by Postgres' clock, and by which numbers: what is left is given back there. */
export interface Lot {
  readonly day: string;
  readonly month: string;
  readonly quotas: Quotas;
}

/** Nothing was left of a lot's day or month. */
export interface Refusal extends Lot {
  /** Which end was met. */
  readonly met: 'day' | 'month';
}

/** How many of an app's notifications a process may still take on without asking. */
export class Purse {
  left = 0;
  lot: Lot | undefined;
  /** Who waits for the next lot. */
  waiting = 0;
  filling: Promise<void> | undefined;
  usedAt = -Infinity;
  /** There was nothing: not asked for again before `until`, in milliseconds of the monotonic clock, or before our clock has another day. */
  empty: { readonly refusal: Refusal; readonly until: number; readonly today: string } | undefined;

  constructor(
    /** What operators have set, as it was known last. */
    public quotas: Quotas,
  ) {}
}
