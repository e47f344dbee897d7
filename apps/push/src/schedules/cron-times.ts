import { Cron } from 'croner';

/** When a schedule is due: a pattern on the clocks of a zone, and the moments (milliseconds since 1970) between which it holds. */
export interface CronTimes {
  readonly cron: string;
  readonly timeZone: string;
  readonly startAt: number | undefined;
  readonly endAt: number | undefined;
}

/** Why a pattern is none, in words for whoever wrote it; undefined: it is one. Five fields: nothing is due more often than each minute. */
export function whyNoCron(cron: string): string | undefined {
  // The library also takes names for some patterns, and whatever has a colon for a single moment.
  if (cron.includes(':')) return 'a time of day is minute and hour without a colon, as 0 18 24 12 *';
  if (cron.trim().split(/\s+/).length !== 5) return 'minute, hour, day of the month, month and day of the week';
  try {
    cronOf({ cron, timeZone: 'UTC' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The first time after a moment; undefined: there is none any more. */
export function timeAfter(times: CronTimes, after: number): number | undefined {
  const { startAt = 0, endAt = Infinity } = times;
  const next = cronOf(times).nextRun(new Date(Math.max(after, startAt - 1)));
  return next === null || next.getTime() > endAt ? undefined : next.getTime();
}

/** The next times, at most `count`. */
export function timesAfter(times: CronTimes, after: number, count: number): number[] {
  const found: number[] = [];
  for (let next = timeAfter(times, after); next !== undefined && found.length < count; next = timeAfter(times, next)) {
    found.push(next);
  }
  return found;
}

/** The last times up to a moment, the latest first, at most `count`. */
export function timesUpTo(times: CronTimes, upTo: number, count: number): number[] {
  const { startAt = 0, endAt = Infinity } = times;
  return cronOf(times)
    .previousRuns(count, new Date(Math.min(upTo, endAt) + 1))
    .map((time) => time.getTime())
    .filter((time) => time >= startAt);
}

function cronOf({ cron, timeZone }: Pick<CronTimes, 'cron' | 'timeZone'>): Cron {
  return new Cron(cron, { mode: '5-part', timezone: timeZone });
}
