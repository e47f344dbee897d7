import { type BroadcastPacing, MOST_PER_SECOND } from '@signalbox/contracts';

/** How far a broadcast is on its clock. Milliseconds since 1970. */
export interface Paced {
  /** Since when it goes without a pause. */
  readonly from: number;
  /** Until then it has had its share. */
  readonly until: number;
}

/** So many phones now, each of which takes up `eachMs` of its time; or none before `waitUntil`. */
export type Pace =
  | { readonly take: number; readonly eachMs: number }
  | { readonly waitUntil: number; readonly why: 'pace' | 'quarter_hour' };

/** Phones in one transaction. With more, what somebody waits for would meet larger pieces of work (ADR 28). */
export const MOST_AT_ONCE = 200;

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
/** Around every full quarter of an hour. What is handed out is sent within seconds: the rest begins a little earlier. */
const REST_AFTER_MS = 2 * MINUTE_MS;
const REST_BEFORE_MS = 2 * MINUTE_MS + 15_000;
/** What was missed for so long is made up for. */
const CATCH_UP_MS = 1_000;

/**
 * How many phones a broadcast may take now. At first few, then more and more, until after the ramp it is as fast as it may be;
 * `running` broadcasts of one app share what its provider takes. Pure.
 */
export function pace(pacing: BroadcastPacing, { from, until }: Paced, now: number, running = 1): Pace {
  const rest = pacing.avoidQuarterHours ? restAt(now) : undefined;
  if (rest !== undefined) return { waitUntil: rest, why: 'quarter_hour' };
  if (now < until) return { waitUntil: until, why: 'pace' };
  const rate = rateAt(pacing, from, now, running);
  const take = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(rate)));
  return { take, eachMs: 1_000 / rate };
}

/** Until when a broadcast has had its share, after so many phones were found for it. */
export function paidUntil({ until }: Paced, now: number, eachMs: number, taken: number): number {
  return taken === 0 ? until : Math.max(until, now - CATCH_UP_MS) + taken * eachMs;
}

/** Phones a second at one moment that is no rest. A break ends where the ramp begins anew: after a pause, and after every rest. */
function rateAt(pacing: BroadcastPacing, from: number, now: number, running: number): number {
  const most = Math.min(pacing.maxPerSecond, MOST_PER_SECOND / Math.max(1, running));
  if (pacing.rampSeconds === 0) return most;
  const begun = pacing.avoidQuarterHours ? Math.max(from, endOfRestBefore(now)) : from;
  const ramped = most * Math.min(1, ((now - begun) / 1_000 + 1) / pacing.rampSeconds);
  // One a second needs no ramp: the second phone of a slow one would come when the ramp is over.
  return Math.max(ramped, Math.min(most, 1));
}

/** The end of the rest that this moment is in. */
function restAt(now: number): number | undefined {
  const into = now % QUARTER_MS;
  if (into < REST_AFTER_MS) return now - into + REST_AFTER_MS;
  return into >= QUARTER_MS - REST_BEFORE_MS ? now - into + QUARTER_MS + REST_AFTER_MS : undefined;
}

function endOfRestBefore(now: number): number {
  return now - (now % QUARTER_MS) + REST_AFTER_MS;
}

/** What would take longer than that is not foretold. */
const HORIZON_MS = 400 * 24 * 3_600_000;

/**
 * When so many phones will have been taken by a broadcast that goes since `from` and has them before it at `at`; `measured`: how
 * many a second there were lately, where the pace is not what limits it; 0: nobody knows. By seconds for a while, then by quarters of
 * an hour, so that it is a few thousand steps for whatever rate. Pure. @returns undefined when it takes more than 400 days.
 */
export function endOf(
  pacing: BroadcastPacing,
  from: number,
  count: number,
  measured = Infinity,
  at = from,
): number | undefined {
  const most = measured > 0 ? measured : Infinity;
  let [now, left] = [at, count];
  while (left > 0 && now - at <= HORIZON_MS) {
    const quarter = now % QUARTER_MS < 1_000 ? takenInQuarter(pacing, from, now, most) : 0;
    if (quarter > 0 && left > quarter) {
      const whole = Math.ceil(left / quarter) - 1;
      left -= whole * quarter;
      now += whole * QUARTER_MS;
    }
    const isRest = pacing.avoidQuarterHours && restAt(now) !== undefined;
    left -= isRest ? 0 : Math.min(rateAt(pacing, from, now, 1), most);
    now += 1_000;
  }
  return now - at <= HORIZON_MS ? now : undefined;
}

/** How many of these milliseconds are no rest. */
export function workingMs({ avoidQuarterHours }: BroadcastPacing, from: number, to: number): number {
  if (!avoidQuarterHours) return Math.max(0, to - from);
  const upTo = (moment: number): number => {
    const into = moment % QUARTER_MS;
    const worked = Math.min(Math.max(0, into - REST_AFTER_MS), QUARTER_MS - REST_AFTER_MS - REST_BEFORE_MS);
    return Math.floor(moment / QUARTER_MS) * (QUARTER_MS - REST_AFTER_MS - REST_BEFORE_MS) + worked;
  };
  return Math.max(0, upTo(to) - upTo(from));
}

/** Every quarter of an hour is like the one before, once the ramp after the start is over. */
function takenInQuarter(pacing: BroadcastPacing, from: number, start: number, measured: number): number {
  if (start - from < pacing.rampSeconds * 1_000) return 0;
  let taken = 0;
  for (let at = start; at < start + QUARTER_MS; at += 1_000) {
    if (pacing.avoidQuarterHours && restAt(at) !== undefined) continue;
    taken += Math.min(rateAt(pacing, from, at, 1), measured);
  }
  return taken;
}
