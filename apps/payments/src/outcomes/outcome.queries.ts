/** A table of calls that are kept before they are made. A union, so that no other name can reach SQL. */
export type OperationTable = 'payment_operation' | 'subscription_operation';

/** What the janitor does to one table of calls. @param columns what it is to know of a call. */
export function outcomeQueries(table: OperationTable, columns: string) {
  return {
    /**
     * Takes those whose outcome is to be asked for, each for one process and a time; oldest first. $1 how many, $2 seconds that
     * the asking may take. Index: <table>_settle_at_idx.
     */
    take: `
  UPDATE ${table} SET asked = asked + 1, settle_at = now() + $2 * interval '1 s'
  WHERE id IN (
    SELECT id FROM ${table} WHERE settle_at <= now() ORDER BY settle_at LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING ${columns}, asked, extract(epoch FROM now() - started_at)::float8 * 1000 AS "ageMs"`,

    /** Still unknown: asked for in $2 seconds. Index: <table>_pkey. */
    later: `
  UPDATE ${table} SET state = 'unknown', settle_at = now() + $2 * interval '1 s'
  WHERE id = $1 AND state IN ('running', 'unknown')`,

    /**
     * A gateway answers again: what waits for it longer than $3 seconds is asked for soon, $4 of it a second. $1 app, $2 gateway.
     * Index: <table>_settle_at_idx.
     */
    sooner: `
  WITH late AS MATERIALIZED (
    SELECT id FROM ${table}
    WHERE settle_at > now() + $3 * interval '1 s' AND state = 'unknown' AND app_id = $1 AND gateway = $2
    ORDER BY id FOR UPDATE SKIP LOCKED
  )
  UPDATE ${table} SET settle_at = now() + random() * (SELECT count(*) FROM late) / $4 * interval '1 s'
  WHERE id IN (SELECT id FROM late)`,

    /** Whether anything is under way, or waits for its outcome. Index: <table>_settle_at_idx. */
    any: `SELECT true FROM ${table} WHERE settle_at IS NOT NULL LIMIT 1`,

    /** What waits for its outcome. Index: <table>_settle_at_idx. */
    count: `
  SELECT count(*)::int AS count, coalesce(extract(epoch FROM now() - min(started_at)), 0)::float8 AS "oldestSeconds"
  FROM ${table} WHERE settle_at IS NOT NULL AND state = 'unknown'`,
  } as const;
}
