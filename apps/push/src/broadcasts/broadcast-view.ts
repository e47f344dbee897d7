import { type BroadcastView, formatId, timeOfUuid } from '@signalbox/contracts';
import type { Tally } from '../tallies/tallies.js';
import type { BroadcastRow } from './broadcast-row.js';
import { endOf, workingMs } from './pacing.js';

/** Outcomes that a delivery ends in; what phones report afterwards is counted beside them. */
const ENDS = ['sent', 'rejected', 'gone', 'suspect', 'refused', 'expired', 'dead'] as const;

/** A rate of a shorter time says more of the ramp than of what can be done. */
const LEAST_RAMPS = 2;

/** What is told of a broadcast. `now`: milliseconds since 1970. */
export function viewBroadcast(row: BroadcastRow, { outcomes, refused }: Tally, now: number): BroadcastView {
  const ended = ENDS.reduce((sum, end) => sum + (outcomes[end] ?? 0), 0);
  const delayed = Object.values(row.counted.delayed ?? {}).reduce((sum, n) => sum + n, 0);
  const { cancelled = 0 } = row.counted;
  return {
    id: formatId('broadcast', row.id),
    notificationId: formatId('notification', row.id),
    state: row.state,
    to: recipients(row),
    pacing: row.pacing,
    createdAt: new Date(timeOfUuid(row.id)).toISOString(),
    startsAt: row.startsAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    devices: {
      total: row.total,
      reached: row.taken,
      delayed,
      underWay: row.state === 'completed' ? 0 : Math.max(0, row.taken - ended - (row.counted.dropped ?? 0)),
      cancelled,
    },
    outcomes: { ...outcomes },
    refused: { ...refused },
    ratePerSecond: shownRate(rateOf(row, now)),
    waits: waitOf(row),
    endsAt: endsAt(row, now),
  };
}

function recipients({ audience }: BroadcastRow): Record<string, unknown> {
  if (!('segment' in audience)) return { ...audience };
  return { segment: audience.segment, version: audience.version };
}

/** Phones a second since it began, or went on after a pause; rests do not count. */
export function rateOf(
  { pacing, pacedFrom, pacedTaken, taken, handedAt }: BroadcastRow,
  now: number,
): number | undefined {
  if (pacedFrom === null || taken === pacedTaken) return undefined;
  const seconds = workingMs(pacing, pacedFrom.getTime(), handedAt?.getTime() ?? now) / 1_000;
  return (taken - pacedTaken) / Math.max(1, seconds);
}

/** As it is told: of a slow one, too, more than a nought. */
export function shownRate(rate: number | undefined): number | null {
  return rate === undefined ? null : Number(rate.toPrecision(5));
}

function waitOf({ state, waitsUntil, waitsFor, counted }: BroadcastRow): BroadcastView['waits'] {
  if (state === 'paused' && counted.pausedFor !== undefined) return { until: null, for: counted.pausedFor };
  if (state === 'running' && waitsUntil !== null && waitsFor !== null) {
    return { until: waitsUntil.toISOString(), for: waitsFor };
  }
  return null;
}

function endsAt(row: BroadcastRow, now: number): string | null {
  const { state, pacing, pacedFrom, total, taken } = row;
  if (state !== 'running' || pacedFrom === null || total === null) return null;
  const from = pacedFrom.getTime();
  const isMeasured = workingMs(pacing, from, now) > LEAST_RAMPS * 1_000 * Math.max(5, pacing.rampSeconds);
  const measured = isMeasured ? rateOf(row, now) : undefined;
  const end = endOf(pacing, from, Math.max(0, total - taken), measured, now);
  return end === undefined ? null : new Date(end).toISOString();
}
