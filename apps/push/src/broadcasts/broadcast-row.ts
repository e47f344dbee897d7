import type { BroadcastPacing, BroadcastState, Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Audience } from '../audiences/audience.js';
import { LOCK_BROADCAST, UPDATE_BROADCAST } from './broadcast.queries.js';

/** A broadcast as it is kept. */
export interface BroadcastRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly state: BroadcastState;
  readonly audience: Audience;
  readonly pacing: BroadcastPacing;
  readonly startsAt: Date;
  /** Phones up to this one are done. */
  readonly cursor: Uuid | null;
  /** Phones behind this one were registered later and are not meant. */
  readonly lastId: Uuid | null;
  /** How many were meant when it began; null: it has not begun, or counting them took too long. */
  readonly total: number | null;
  readonly taken: number;
  readonly counted: Counted;
  readonly delays: Readonly<Record<string, DelayRow>>;
  readonly pacedFrom: Date | null;
  readonly pacedTaken: number;
  readonly pacedUntil: Date | null;
  readonly waitsUntil: Date | null;
  readonly waitsFor: string | null;
  readonly startedAt: Date | null;
  readonly handedAt: Date | null;
  readonly endedAt: Date | null;
}

/** What is counted on the way and nowhere else. */
export interface Counted {
  /** Phones that were put off, by reason. */
  readonly delayed?: Readonly<Record<string, number>>;
  /** Phones that get nothing since it was cancelled; null: nobody counted them. */
  readonly cancelled?: number | null;
  /** How many of them had been put off. */
  readonly dropped?: number;
  /** How fast it was on its way through the audience, as far as it came. */
  readonly measured?: Measured;
  /** Why it was paused, when nobody asked for it. */
  readonly pausedFor?: string;
}

/** Phones, and in how many milliseconds; rests do not count. */
export interface Measured {
  readonly devices: number;
  readonly ms: number;
}

/** The work row that phones are added to which are put off until one time, and how many it has. */
export interface DelayRow {
  readonly id: Uuid;
  readonly n: number;
}

export async function lockBroadcast(tx: Sql, id: Uuid): Promise<BroadcastRow | undefined> {
  const { rows } = await tx.query<BroadcastRow>(LOCK_BROADCAST, [id]);
  return rows[0];
}

/** Writes what changed; the caller has it locked. @returns it as it is then. */
export async function writeBroadcast(
  tx: Sql,
  row: BroadcastRow,
  changes: Partial<Omit<BroadcastRow, 'id' | 'appId' | 'audience' | 'pacing' | 'startsAt'>>,
): Promise<BroadcastRow> {
  const next = { ...row, ...changes };
  await tx.query(UPDATE_BROADCAST, [next.id, ...columnsOf(next)]);
  return next;
}

function columnsOf(row: BroadcastRow): unknown[] {
  return [
    row.state,
    row.cursor,
    row.lastId,
    row.total,
    row.taken,
    JSON.stringify(row.counted),
    JSON.stringify(row.delays),
    row.pacedFrom,
    row.pacedTaken,
    row.pacedUntil,
    row.waitsUntil,
    row.waitsFor,
    row.startedAt,
    row.handedAt,
    row.endedAt,
  ];
}
