import type { Database } from '@signalbox/database';

/** What one transaction did to the rows of one table; partitions count as their table. */
export interface RowChange {
  /** Its id; the same for all that it did. */
  readonly transaction: string;
  readonly table: string;
  readonly change: 'insert' | 'update' | 'delete';
  readonly rows: number;
}

const BEGIN = `SELECT pg_create_logical_replication_slot('counted_rows', 'test_decoding')`;

/** In the order of the commits. Locking a row is no change of it, and what is kept apart of a long value is a part of its row. */
const NEXT = `
  WITH decoded AS (
    SELECT lsn, xid, regexp_match(data, '^table (\\S+): (INSERT|UPDATE|DELETE):') AS said
    FROM pg_logical_slot_get_changes('counted_rows', NULL, NULL)
  )
  SELECT xid::text AS transaction, coalesce(pg_partition_root(said[1]::regclass), said[1]::regclass)::text AS "table",
    lower(said[2]) AS change, count(*)::int AS rows
  FROM decoded WHERE said IS NOT NULL
  GROUP BY 1, 2, 3 ORDER BY min(lsn)`;

/**
 * Follows the rows of a database as a replica would: all that is committed from now on, known as soon as it is. Postgres' own counters
 * (pg_stat_user_tables) come up to ten seconds late. For a server of a test's own, with `wal_level` logical.
 *
 * @returns what answers the changes since it was asked last; to be asked by one caller at a time.
 */
export async function followRows(database: Database): Promise<() => Promise<RowChange[]>> {
  await database.query(BEGIN);
  return async () => (await database.query<RowChange>(NEXT)).rows;
}
