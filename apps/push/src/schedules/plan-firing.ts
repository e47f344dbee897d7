import { type CronTimes, timeAfter, timesUpTo } from './cron-times.js';

/** What was to be sent longer ago is not sent any more. Milliseconds. */
const MADE_UP_FOR_MS = 3_600_000;

/** What becomes of a schedule that is due. Times are milliseconds since 1970. */
export interface Firing {
  /** The occurrence that is sent now. */
  readonly fire: number | undefined;
  /** The first and the last of those that nobody sent in time. */
  readonly missed: { readonly from: number; readonly to: number } | undefined;
  /** The next occurrence; undefined: the schedule has ended. */
  readonly next: number | undefined;
}

/**
 * Of the occurrences that came due while nobody looked, the latest is made up for, unless it is more than an hour ago: somebody who
 * was to be told every morning is not told of three mornings at once. `dueAt`: the first of them. Pure.
 */
export function planFiring(times: CronTimes, dueAt: number, now: number): Firing {
  const passed = timesUpTo(times, now, 2).filter((time) => time > dueAt);
  const latest = passed[0] ?? dueAt;
  const isInTime = now - latest <= MADE_UP_FOR_MS;
  const lastMissed = isInTime ? (latest === dueAt ? undefined : (passed[1] ?? dueAt)) : latest;
  return {
    fire: isInTime ? latest : undefined,
    missed: lastMissed === undefined ? undefined : { from: dueAt, to: lastMissed },
    next: timeAfter(times, Math.max(now, latest)),
  };
}
