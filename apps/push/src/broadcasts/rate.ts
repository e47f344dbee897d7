import type { BroadcastPacing } from '@signalbox/contracts';
import type { BroadcastRow, Counted, Measured } from './broadcast-row.js';
import { workingMs } from './pacing.js';

/** A rate of a shorter time says more of the ramp than of what can be done. */
const LEAST = { ramps: 2, rampSeconds: 5 };

/** What it came to since it began, or went on after a break: so far, or until it stopped. `now`: milliseconds since 1970. */
export function measuredOf(row: BroadcastRow, now: number): Measured | undefined {
  return row.state === 'running' ? measure(row, now) : row.counted.measured;
}

/** What is counted of one that goes no further: the clock goes on, and says nothing of it any more. */
export function stopped(row: BroadcastRow, now: number): Counted {
  const measured = measuredOf(row, now);
  return measured === undefined ? row.counted : { ...row.counted, measured };
}

/** Phones a second. */
export function rateOf({ devices, ms }: Measured): number {
  return devices / Math.max(1, ms / 1_000);
}

/** Whether it went on for long enough to say how fast it can be. */
export function isTelling({ ms }: Measured, { rampSeconds }: BroadcastPacing): boolean {
  return ms > LEAST.ramps * 1_000 * Math.max(LEAST.rampSeconds, rampSeconds);
}

/** As it is told: of a slow one, too, more than a nought. */
export function shownRate(rate: number | undefined): number | null {
  return rate === undefined ? null : Number(rate.toPrecision(5));
}

function measure({ pacing, pacedFrom, pacedTaken, taken }: BroadcastRow, now: number): Measured | undefined {
  if (pacedFrom === null || taken === pacedTaken) return undefined;
  return { devices: taken - pacedTaken, ms: workingMs(pacing, pacedFrom.getTime(), now) };
}
