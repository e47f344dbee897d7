/**
 * $1 the first id of the period, $2 the most rows to look at. Primary key of event_log, newest first, pruned to the days
 * of the period: a busy hour holds millions of events, and this page must never cost more than a look at the newest.
 */
export const COUNT_RECENT = `
  WITH recent AS (
    SELECT type, at FROM event_log WHERE id >= $1 ORDER BY id DESC LIMIT $2
  )
  SELECT type, count(*)::int AS count, extract(epoch FROM now() - min(at))::float8 AS "oldestSeconds"
  FROM recent GROUP BY type`;
