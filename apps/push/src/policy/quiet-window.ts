import type { QuietWindow, Weekday } from '@signalbox/contracts';
import { daysLater, zoneClock } from '../clock/zone-clock.js';

/** Whether somebody is to be left alone: until when they are, or when it begins again (undefined: never). Milliseconds since 1970. */
export type Quiet =
  | { readonly quiet: true; readonly until: number; readonly window: QuietWindow }
  | { readonly quiet: false; readonly nextAt: number | undefined };

const WEEKDAY: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Windows that follow one another without a gap are one; a week of them is all there is to say. */
const MOST_JOINED = 24;

interface Interval {
  readonly from: number;
  readonly until: number;
  readonly window: QuietWindow;
}

/**
 * Looks at the windows on the clock of a zone. Where clocks are put back a window lasts from the first time that its start is
 * shown to the last time that its end is: whatever a phone's clock says, nobody is woken inside it.
 */
export function quietAt(windows: readonly QuietWindow[], zone: string, now: number): Quiet {
  if (windows.length === 0) return { quiet: false, nextAt: undefined };
  const { date: today } = zoneClock.localOf(now, zone);
  // Most have windows every day: their answer is in yesterday, today and tomorrow, and turning times of a week into moments is dear.
  const near = intervals(windows, zone, today, -1, 1);
  const first = near.find((each) => isIn(each, now));
  if (first === undefined) {
    const nextAt = nextOf(near, now) ?? nextOf(intervals(windows, zone, today, 2, 8), now);
    return { quiet: false, nextAt };
  }
  let until = joined(near, first.until);
  const dayAfterTomorrow = zoneClock.instantOf({ date: daysLater(today, 2), time: '00:00' }, zone);
  if (until >= dayAfterTomorrow) until = joined([...near, ...intervals(windows, zone, today, 2, 8)], first.until);
  return { quiet: true, until, window: first.window };
}

/** Looks once at the same windows in the same zone at the same moment, however many phones have them. For one pass: it keeps all. */
export function lookingOnce(): typeof quietAt {
  const seen = new Map<string, Quiet>();
  return (windows, zone, now) => {
    const key = `${now} ${zone} ${JSON.stringify(windows)}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    const quiet = quietAt(windows, zone, now);
    seen.set(key, quiet);
    return quiet;
  };
}

function nextOf(found: readonly Interval[], now: number): number | undefined {
  const nextAt = Math.min(...found.filter(({ from }) => from > now).map(({ from }) => from));
  return Number.isFinite(nextAt) ? nextAt : undefined;
}

/** The end of all that follow one another without a gap. */
function joined(found: readonly Interval[], end: number): number {
  let until = end;
  for (let count = 0; count < MOST_JOINED; count += 1) {
    const longest = Math.max(...found.filter((each) => isIn(each, until)).map((each) => each.until));
    if (!(longest > until)) break;
    until = longest;
  }
  return until;
}

function isIn({ from, until }: Interval, moment: number): boolean {
  return from <= moment && moment < until;
}

function intervals(
  windows: readonly QuietWindow[],
  zone: string,
  today: string,
  firstDay: number,
  lastDay: number,
): Interval[] {
  const found: Interval[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    const date = daysLater(today, day);
    const weekday = WEEKDAY[new Date(`${date}T00:00Z`).getUTCDay()]!;
    for (const window of windows) {
      if (window.days !== undefined && !window.days.includes(weekday)) continue;
      const interval = intervalOf(window, date, zone);
      // The night in which the clocks go forward may skip a short window.
      if (interval.from < interval.until) found.push(interval);
    }
  }
  return found;
}

function intervalOf(window: QuietWindow, date: string, zone: string): Interval {
  const { start, end } = window;
  const endsAtMidnight = end === '24:00';
  const endDate = endsAtMidnight || end < start ? daysLater(date, 1) : date;
  return {
    from: zoneClock.instantOf({ date, time: start }, zone),
    until: zoneClock.instantOf({ date: endDate, time: endsAtMidnight ? '00:00' : end }, zone, 'last'),
    window,
  };
}
