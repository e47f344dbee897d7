import type { KeptData } from '@signalbox/contracts';

/** What the law lets nobody erase yet. */
export interface LegalHold {
  readonly years: number;
  readonly reason: string;
}

/** Periods of commercial and tax law run from the end of the year in which something happened. */
function endOfHold({ years }: LegalHold, happened: Date): Date {
  return new Date(Date.UTC(happened.getUTCFullYear() + 1 + years, 0, 1));
}

/** One entry for all that is kept of `what`, until the last of it may go. */
export function heldUnder(hold: LegalHold, what: string, count: number, newest: Date): KeptData[] {
  if (count === 0) return [];
  return [{ what, count, reason: hold.reason, until: endOfHold(hold, newest).toISOString() }];
}
