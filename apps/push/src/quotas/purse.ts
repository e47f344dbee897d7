/** How many of an app's notifications a process may still take on without asking. */
export class Purse {
  left = 0;
  /** Of the day and month that the lot was of: what is left is given back there. */
  lot: { readonly day: string; readonly month: string } | undefined;
  /** Who waits for the next lot. */
  waiting = 0;
  filling: Promise<void> | undefined;
  usedAt = -Infinity;
  /** There was nothing: not asked for again before this, in milliseconds of the monotonic clock. */
  emptyUntil = -Infinity;
  /** Which end was met. */
  met: 'day' | 'month' = 'day';
}
