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
  const around = intervals(windows, zone, today, -1, 8);
  const first = around.find((each) => isIn(each, now));
  if (first === undefined) {
    const nextAt = Math.min(...around.filter(({ from }) => from > now).map(({ from }) => from));
    return { quiet: false, nextAt: Number.isFinite(nextAt) ? nextAt : undefined };
  }
  let { until } = first;
  for (let joined = 0; joined < MOST_JOINED; joined += 1) {
    const longest = Math.max(...around.filter((each) => isIn(each, until)).map((each) => each.until));
    if (!(longest > until)) break;
    until = longest;
  }
  return { quiet: true, until, window: first.window };
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
