import { type BroadcastView, formatId, timeOfUuid } from '@signalbox/contracts';
import type { Tally } from '../tallies/tallies.js';
import type { BroadcastRow } from './broadcast-row.js';
import { endOf } from './pacing.js';
import { isTelling, measuredOf, rateOf, shownRate } from './rate.js';

/** Outcomes that a delivery ends in; what phones report afterwards is counted beside them. */
const ENDS = ['sent', 'rejected', 'gone', 'suspect', 'refused', 'expired', 'dead'] as const;

/** What is told of a broadcast; `owes`: something of it is still to be done. `now`: milliseconds since 1970. */
export function viewBroadcast(
  row: BroadcastRow,
  { outcomes, refused }: Tally,
  owes: boolean,
  now: number,
): BroadcastView {
  const ended = ENDS.reduce((sum, end) => sum + (outcomes[end] ?? 0), 0);
  const delayed = Object.values(row.counted.delayed ?? {}).reduce((sum, n) => sum + n, 0);
  const { cancelled = 0 } = row.counted;
  const measured = measuredOf(row, now);
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
      // Tallies go with their deliveries, and what was not counted any more would seem to be under way for ever.
      underWay: owes ? Math.max(0, row.taken - ended - (row.counted.dropped ?? 0)) : 0,
      cancelled,
    },
    outcomes: { ...outcomes },
    refused: { ...refused },
    ratePerSecond: shownRate(measured && rateOf(measured)),
    waits: waitOf(row),
    endsAt: endsAt(row, now),
  };
}

function recipients({ audience }: BroadcastRow): Record<string, unknown> {
  if (!('segment' in audience)) return { ...audience };
  return { segment: audience.segment, version: audience.version };
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
  const measured = measuredOf(row, now);
  const rate = measured && isTelling(measured, pacing) ? rateOf(measured) : undefined;
  const end = endOf(pacing, pacedFrom.getTime(), Math.max(0, total - taken), rate, now);
  return end === undefined ? null : new Date(end).toISOString();
}
