/** Read only, and everything of one moment. */
export const BEGIN_SNAPSHOT = `BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`;

/** The tables that hold what is kept, days with their parents; not BullMQ's, whose jobs are wake-up calls. Catalog only. */
export const TABLES = `
  SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  GROUP BY c.relname ORDER BY c.relname`;

/** Days, with the range of each. Catalog only. */
export const PARTITIONS = `
  SELECT parent.relname AS parent, child.relname AS name, pg_get_expr(child.relpartbound, child.oid) AS bounds
  FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid JOIN pg_class parent ON parent.oid = inhparent
  WHERE parent.relnamespace = 'public'::regnamespace AND parent.relkind = 'p' ORDER BY child.relname`;

export const SEQUENCES = `
  SELECT sequencename AS name, last_value::text AS value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL`;

export const MIGRATIONS = `
  SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`;

export const HORIZON = `
  SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon, current_setting('server_version') AS version, now() AS at`;

/** Rows, and a sum over a hash of each that does not depend on their order. Reads all of the table. */
export function digestOf(table: string): string {
  return `SELECT count(*)::text AS rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS digest FROM "${table}" t`;
}

/** The same of the event log up to $1, without the transaction ids that a restore renews. Reads all of the log. */
export const LOG_DIGEST = `
  SELECT count(*)::text AS rows,
    coalesce(sum(hashtextextended(ROW(id, app_id, type, subject, seq, payload, content, dek_id, at)::text, 0)::numeric), 0)::text AS digest
  FROM event_log WHERE xid < $1::xid8`;

/** What $1 may be so that nothing is left out. */
export const END_OF_TIME = '9223372036854775807';

export function copyOut(table: string, columns: readonly string[]): string {
  return `COPY (SELECT ${columnList(columns)} FROM "${table}") TO STDOUT`;
}

export function copyIn(table: string, columns: readonly string[]): string {
  return `COPY "${table}" (${columnList(columns)}) FROM STDIN`;
}

export function makePartition(parent: string, name: string, bounds: string): string {
  return `CREATE TABLE IF NOT EXISTS "${name}" PARTITION OF "${parent}" ${bounds}`;
}

export function emptyTables(tables: readonly string[]): string {
  return `TRUNCATE ${tables.map((name) => `"${name}"`).join(', ')}`;
}

/** The data is whole: neither triggers nor references have to judge it again, row by row, while other tables are still empty. */
export const WITHOUT_TRIGGERS = `SET session_replication_role = replica`;
export const WITH_TRIGGERS = `SET session_replication_role = origin`;
export const SET_SEQUENCE = `SELECT setval($1::text::regclass, $2::bigint)`;

/** What is owed, what of it is due and on no queue, and what was ever sent. Sequential. */
export const OWED = `
  SELECT count(*)::int AS rows, coalesce(sum(jsonb_array_length(items)), 0)::int AS items,
    count(*) FILTER (WHERE next_offer_at <= now() AND coalesce(lease_until, '-infinity') < now())::int AS waiting,
    (SELECT count(*)::int FROM delivery) AS outcomes
  FROM push_work`;

/** Whether a reader of the feed sees all of it, bar what is being written. */
export const SEEN_BY_READERS = `
  SELECT count(*)::text AS rows FROM event_log WHERE xid < pg_snapshot_xmin(pg_current_snapshot())`;

export const CREDENTIALS = `SELECT id, provider FROM credential ORDER BY id`;

function columnList(columns: readonly string[]): string {
  return columns.map((name) => `"${name}"`).join(', ');
}
