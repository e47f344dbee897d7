import { firstUuidAt } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import pg from 'pg';
import {
  GIVE_UP_SOON,
  LIST_PARTITIONS,
  LOCK_PARTITIONS,
  STORAGE_PARAMETERS,
  attach,
  countDefault,
  createApart,
  dropPartition,
  moveFromDefault,
  rowsInDefault,
  stopReaders,
  unreadByConsumers,
} from './partitions.queries.js';

/** The tables that are partitioned by the day in their UUIDv7 ids. */
export type PartitionedTable = 'event_log' | 'delivery';

/** Why a partition was left as it is until the next round. */
export type Obstacle =
  /** The DEFAULT partition holds too many rows of that day to move them now; they stay, and stay readable, there. */
  | 'rows-in-default'
  /** A consumer of the feed has not read all of it. */
  | 'unread'
  /** Somebody held the table for too long. */
  | 'locked';

export interface PartitionReport {
  readonly changed: string[];
  readonly left: { readonly partition: string; readonly obstacle: Obstacle }[];
}

interface Round {
  readonly parents: readonly PartitionedTable[];
  /** Defaults to the clock; days are UTC days, as in the ids. */
  readonly today?: Date;
}

const DAY = 86_400_000;
/** Rows that are moved out of the DEFAULT partition while everybody waits: a few hundred milliseconds. */
const MOST_MOVED = 10_000;
const LOCK_NOT_AVAILABLE = '55P03';
const CHECK_VIOLATION = '23514';

/**
 * Makes the partitions of today and of the next `daysAhead` days, and moves rows that came too early out of the DEFAULT
 * partition. Idempotent; any number of processes may run it.
 */
export async function ensurePartitions(
  database: Database,
  round: Round & { readonly daysAhead: number },
): Promise<PartitionReport> {
  const report: PartitionReport = { changed: [], left: [] };
  const today = startOfDay(round.today);
  for (const parent of round.parents) {
    const existing = new Set(await partitionsOf(database, parent));
    for (let day = today; day <= today + round.daysAhead * DAY; day += DAY) {
      const partition = `${parent}_${stamp(day)}`;
      if (!existing.has(partition)) note(report, partition, await create(database, parent, partition, day));
    }
  }
  return report;
}

/** Drops the partitions of days before the last `keepDays`, unless a consumer still has to read them. */
export async function dropOldPartitions(
  database: Database,
  round: Round & { readonly keepDays: number },
): Promise<PartitionReport> {
  const report: PartitionReport = { changed: [], left: [] };
  const oldestKept = stamp(startOfDay(round.today) - round.keepDays * DAY);
  for (const parent of round.parents) {
    const dated = new RegExp(`^${parent}_(\\d{8})$`);
    for (const partition of await partitionsOf(database, parent)) {
      const day = dated.exec(partition)?.[1];
      if (day !== undefined && day < oldestKept) note(report, partition, await drop(database, parent, partition));
    }
  }
  return report;
}

/** How many rows (counted up to 10,000) had no partition of their day. Anything but 0 is an alarm. */
export function defaultPartitionRows(sql: Sql, parent: PartitionedTable): Promise<number> {
  return countIn(sql, countDefault(parent), []);
}

type Outcome = 'changed' | 'already' | Obstacle;

function note(report: PartitionReport, partition: string, outcome: Outcome): void {
  if (outcome === 'changed') report.changed.push(partition);
  else if (outcome !== 'already') report.left.push({ partition, obstacle: outcome });
}

function create(database: Database, parent: PartitionedTable, partition: string, day: number): Promise<Outcome> {
  const [from, to] = [firstUuidAt(day), firstUuidAt(day + DAY)];
  return alone(database, async (tx) => {
    if ((await partitionsOf(tx, parent)).includes(partition)) return 'already';
    const early = await countIn(tx, rowsInDefault(parent), [from, to, MOST_MOVED + 1]);
    if (early > MOST_MOVED) return 'rows-in-default';
    if (early > 0) await tx.query(stopReaders(parent));
    const { rows } = await tx.query<{ parameters: string[] }>(STORAGE_PARAMETERS, [`${parent}_default`]);
    await tx.query(createApart(parent, partition, rows[0]!.parameters));
    if (early > 0) await tx.query(moveFromDefault(parent, partition), [from, to]);
    await tx.query(attach(parent, partition, from, to));
    return 'changed';
  });
}

function drop(database: Database, parent: PartitionedTable, partition: string): Promise<Outcome> {
  return alone(database, async (tx) => {
    if (!(await partitionsOf(tx, parent)).includes(partition)) return 'already';
    if (parent === 'event_log' && (await found(tx, unreadByConsumers(partition), []))) return 'unread';
    await tx.query(dropPartition(partition));
    return 'changed';
  });
}

/** One partition a transaction: what could be done stays done, and locks are short. */
async function alone(database: Database, change: (tx: Sql) => Promise<Outcome>): Promise<Outcome> {
  try {
    return await database.transaction(async (tx) => {
      await tx.query(GIVE_UP_SOON);
      await tx.query(LOCK_PARTITIONS);
      return change(tx);
    });
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE) return 'locked';
    // A row came into the DEFAULT partition after we had looked.
    if (error instanceof pg.DatabaseError && error.code === CHECK_VIOLATION) return 'rows-in-default';
    throw error;
  }
}

async function partitionsOf(sql: Sql, parent: PartitionedTable): Promise<string[]> {
  const { rows } = await sql.query<{ name: string }>(LIST_PARTITIONS, [parent]);
  return rows.map((row) => row.name);
}

async function countIn(sql: Sql, query: string, params: readonly unknown[]): Promise<number> {
  const { rows } = await sql.query<{ rows: number }>(query, params);
  return rows[0]!.rows;
}

async function found(sql: Sql, query: string, params: readonly unknown[]): Promise<boolean> {
  const { rows } = await sql.query<{ found: boolean }>(query, params);
  return rows[0]!.found;
}

function startOfDay(now: Date = new Date()): number {
  return Math.floor(now.getTime() / DAY) * DAY;
}

/** `20261122`. */
function stamp(day: number): string {
  return new Date(day).toISOString().slice(0, 10).replaceAll('-', '');
}
