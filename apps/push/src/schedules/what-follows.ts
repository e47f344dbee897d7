import { timeAfter, timesUpTo } from './cron-times.js';
import { type ScheduleRow, timesOf } from './schedule-row.js';

/** When a schedule is sent, were it active, and whether it is. */
export type Timed = Pick<ScheduleRow, 'cron' | 'timeZone' | 'startAt' | 'endAt' | 'state'>;

type Standing = Timed & Pick<ScheduleRow, 'nextAt' | 'lastFiredAt'>;

/**
 * When a schedule is due next: never again what was sent once, whatever the clock of this process says. What is due, and whoever
 * fires has not come to yet, stays due where the times stay what they were. `before`: undefined for one that is new.
 */
export function whatFollows(
  before: Standing | undefined,
  next: Timed,
  now: number,
): Pick<ScheduleRow, 'state' | 'nextAt'> {
  if (next.state !== 'active') return { state: next.state, nextAt: null };
  if (before !== undefined && isOnSameTimes(before, next)) return before;
  const at = timeAfter(timesOf(next), Math.max(now, before?.lastFiredAt?.getTime() ?? 0));
  return at === undefined ? { state: 'ended', nextAt: null } : { state: 'active', nextAt: new Date(at) };
}

/** The first and the last of the occurrences that were due and are not sent any more. */
export interface Missed {
  readonly from: Date;
  readonly to: Date;
}

/** What of a schedule was due `now` and nobody sends, since the next time is another: `nextAt`. */
export function missedBetween(before: Standing, nextAt: Date | null, now: number): Missed | undefined {
  const from = before.nextAt;
  if (from === null || from.getTime() > now || from.getTime() === nextAt?.getTime()) return undefined;
  const [last = 0] = timesUpTo(timesOf(before), now, 1);
  return { from, to: new Date(Math.max(last, from.getTime())) };
}

function isOnSameTimes(before: Timed, next: Timed): boolean {
  const isSame = (one: Date | null, other: Date | null): boolean => one?.getTime() === other?.getTime();
  return (
    before.state === 'active' &&
    next.cron === before.cron &&
    next.timeZone === before.timeZone &&
    isSame(next.startAt, before.startAt) &&
    isSame(next.endAt, before.endAt)
  );
}
