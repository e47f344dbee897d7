/** Arbitrary but fixed: whoever changes the partitions of this database holds it. */
const PARTITIONS_LOCK = 7_201_126;

/** One maker of partitions at a time; released with the transaction. */
export const LOCK_PARTITIONS = `SELECT pg_advisory_xact_lock(${PARTITIONS_LOCK})`;

/** Rather give up and come again than let every reader queue behind a waiting ALTER TABLE. */
export const GIVE_UP_SOON = `SET LOCAL lock_timeout = '2s'`;

/** $1 parent. Catalog only. */
export const LIST_PARTITIONS = `
  SELECT child.relname AS name
  FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
  WHERE inhparent = $1::regclass`;

/** $1 default partition. A day's partition gets the storage parameters that the default one was given. */
export const STORAGE_PARAMETERS = `SELECT coalesce(reloptions, '{}') AS parameters FROM pg_class WHERE oid = $1::regclass`;

/** How many rows of this range ($1, $2) does the DEFAULT partition hold, up to $3? Primary key of that partition. */
export function rowsInDefault(parent: string): string {
  return `SELECT count(*)::int AS rows FROM (SELECT FROM ${parent}_default WHERE id >= $1 AND id < $2 LIMIT $3) AS counted`;
}

/** Bounded, so that the alarm costs the same however bad things are. Sequential over at most 10,000 rows. */
export function countDefault(parent: string): string {
  return `SELECT count(*)::int AS rows FROM (SELECT FROM ${parent}_default LIMIT 10000) AS counted`;
}

export function createApart(parent: string, name: string, parameters: readonly string[]): string {
  const storage = parameters.length > 0 ? ` WITH (${parameters.join(', ')})` : '';
  return `CREATE TABLE ${name} (LIKE ${parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)${storage}`;
}

/**
 * Takes SHARE UPDATE EXCLUSIVE on the parent, so that inserts go on, where CREATE TABLE ... PARTITION OF would stop them.
 * Indexes and primary key come with it.
 */
export function attach(parent: string, name: string, from: string, to: string): string {
  return `ALTER TABLE ${parent} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`;
}

/**
 * Nobody may read while rows change their partition: a query planned before would look for them where they were, with a
 * snapshot in which they have left, and a reader of the feed would step over them.
 */
export function stopReaders(parent: string): string {
  return `LOCK TABLE ONLY ${parent} IN ACCESS EXCLUSIVE MODE`;
}

/** $1, $2 the range. Rows keep everything, their transaction id too, and so their place in the feed. */
export function moveFromDefault(parent: string, name: string): string {
  return `
    WITH moved AS (DELETE FROM ${parent}_default WHERE id >= $1 AND id < $2 RETURNING *)
    INSERT INTO ${name} SELECT * FROM moved`;
}

/** Is there a consumer that has not read all of this partition of event_log? Index (xid, id), once per consumer. */
export function unreadByConsumers(partition: string): string {
  return `
    SELECT EXISTS (
      SELECT FROM consumer
      WHERE EXISTS (SELECT FROM ${partition} AS old WHERE (old.xid, old.id) > (consumer.cursor_xid, consumer.cursor_id))
    ) AS found`;
}

export function dropPartition(name: string): string {
  return `DROP TABLE ${name}`;
}
