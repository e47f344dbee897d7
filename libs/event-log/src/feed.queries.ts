/**
 * The horizon: every transaction below it has ended, so no row can appear behind a reader that stays below it. Rows
 * commit out of id order, and a cursor on the id alone would skip them.
 */
const BELOW_HORIZON = 'xid < pg_snapshot_xmin(pg_current_snapshot())';

const LOGGED_EVENT_COLUMNS = 'id, app_id, type, subject, seq::text, payload, at, xid::text';

/** The families of facts that every notification adds to: nearly all of the log. */
const BUSY_FAMILIES = ['delivery', 'notification'];

const IS_QUIET = BUSY_FAMILIES.map((family) => `type NOT LIKE '${family}.%'`).join(' AND ');

/** Whether facts of this type are in the index of what is rare. */
export function isQuiet(type: string): boolean {
  return !BUSY_FAMILIES.some((family) => type.startsWith(`${family}.`));
}

const BEHIND = `(xid, id) > ($1::xid8, $2::uuid) AND ${BELOW_HORIZON}`;

const MATCHING = `
  matching AS (
    SELECT * FROM slice
    WHERE ($4::uuid IS NULL OR app_id = $4) AND ($5::text[] IS NULL OR type = ANY ($5))
    ORDER BY xid, id
    LIMIT $6
  )`;

const PAGE = `
  SELECT (SELECT count(*)::int FROM slice) AS looked_at, end_xid::text, end_id, ${LOGGED_EVENT_COLUMNS}
  FROM (VALUES (1)) AS always (one)
  LEFT JOIN slice_end ON true
  LEFT JOIN matching ON true
  ORDER BY matching.xid, matching.id`;

/**
 * $1 xid, $2 id, $3 rows to look at, $4 app, $5 types, $6 rows to give. Index event_log_xid_id_idx of each partition,
 * merged. The filter runs over a bounded slice and the slice's end comes back too: an app with one event among
 * millions reads forward slice by slice and never scans without end. The first row is always there.
 */
export const READ_FEED = `
  WITH slice AS MATERIALIZED (
    SELECT id, app_id, type, subject, seq, payload, at, xid FROM event_log WHERE ${BEHIND} ORDER BY xid, id LIMIT $3
  ), ${MATCHING}, slice_end AS (
    SELECT xid AS end_xid, id AS end_id FROM slice ORDER BY xid DESC, id DESC LIMIT 1
  )
  ${PAGE}`;

/**
 * The same for types that are all quiet: what notifications write is not even looked at. Index event_log_quiet_xid_id_idx, and for
 * where it ends event_log_xid_id_idx backwards: a slice that is not full has seen all that is quiet, up to the last row below the
 * horizon, so the reader goes on from there.
 */
export const READ_QUIET_FEED = `
  WITH slice AS MATERIALIZED (
    SELECT id, app_id, type, subject, seq, payload, at, xid FROM event_log
    WHERE ${BEHIND} AND ${IS_QUIET}
    ORDER BY xid, id LIMIT $3
  ), ${MATCHING}, slice_end AS (
    (SELECT xid AS end_xid, id AS end_id FROM slice WHERE (SELECT count(*) FROM slice) = $3 ORDER BY xid DESC, id DESC LIMIT 1)
    UNION ALL
    (SELECT xid, id FROM event_log WHERE ${BEHIND} AND (SELECT count(*) FROM slice) < $3 ORDER BY xid DESC, id DESC LIMIT 1)
  )
  ${PAGE}`;

/**
 * $1 xid, $2 id, $3 subject, $4 app, $5 types, $6 rows. Index event_log_subject_id_idx, forced by the materialized
 * step: a planner that misjudges how rare a subject is would walk the whole log in feed order instead. A subject has
 * few events, so sorting them costs nothing, and the order (and the cursor) stays the feed's own.
 */
export const READ_SUBJECT = `
  WITH of_subject AS MATERIALIZED (
    SELECT id, app_id, type, subject, seq, payload, at, xid FROM event_log WHERE subject = $3
  )
  SELECT ${LOGGED_EVENT_COLUMNS} FROM of_subject
  WHERE (xid, id) > ($1::xid8, $2::uuid) AND ${BELOW_HORIZON}
    AND ($4::uuid IS NULL OR app_id = $4) AND ($5::text[] IS NULL OR type = ANY ($5))
  ORDER BY of_subject.xid, of_subject.id
  LIMIT $6`;

/** $1 id, $2 app. Primary key: prunes to the one partition of that day. */
export const READ_ONE = `SELECT ${LOGGED_EVENT_COLUMNS} FROM event_log WHERE id = $1 AND app_id = $2`;

/** $1 ids, $2 app, $3, $4 the least and the greatest id, which prune the partitions. Primary key. */
export const READ_MANY = `
  SELECT ${LOGGED_EVENT_COLUMNS} FROM event_log
  WHERE id = ANY ($1::uuid[]) AND app_id = $2 AND id BETWEEN $3::uuid AND $4::uuid`;

/**
 * Events by the time in their ids: $1 behind this id, $2 up to this one, $3 rows to look at, $4 app, $5 types, $6 rows to
 * give. Primary key, partitions pruned. Bounded as READ_FEED is; the first row is always there.
 */
export const READ_RANGE = `
  WITH slice AS MATERIALIZED (
    SELECT id, app_id, type, subject FROM event_log WHERE id > $1::uuid AND id <= $2::uuid ORDER BY id LIMIT $3
  ), matching AS (
    SELECT id, type, subject FROM slice WHERE app_id = $4 AND ($5::text[] IS NULL OR type = ANY ($5)) ORDER BY id LIMIT $6
  ), slice_end AS (
    SELECT id AS end_id FROM slice ORDER BY id DESC LIMIT 1
  )
  SELECT (SELECT count(*)::int FROM slice) AS looked_at, end_id, matching.id, matching.type, matching.subject
  FROM (VALUES (1)) AS always (one)
  LEFT JOIN slice_end ON true
  LEFT JOIN matching ON true
  ORDER BY matching.id`;

/**
 * Whether anything was committed behind $1 xid, $2 id of generation $3: for a fraction of a reading, since a prepared plan probes
 * each partition's event_log_xid_id_idx once and stops at the first row. It asks for the first in order: a plan for any place takes a
 * third of the log to be behind it, and EXISTS would read whole partitions for that, to find nothing. feed_generation_pkey.
 */
export const ANY_BEHIND = `
  SELECT generation <> $3::uuid OR
    (SELECT true FROM event_log WHERE ${BEHIND} ORDER BY xid, id LIMIT 1) IS TRUE
  FROM feed_generation`;

/** One row by feed_generation_pkey. */
export const READ_GENERATION = `
  SELECT generation, pg_snapshot_xmin(pg_current_snapshot())::text AS horizon FROM feed_generation`;

/** How long the oldest writing transaction has held the horizon back, in seconds; the feed lags by as much. */
export const HORIZON_AGE = `
  SELECT coalesce(max(greatest(extract(epoch FROM clock_timestamp() - since), 0)), 0)::float8 AS seconds
  FROM (
    SELECT xact_start AS since FROM pg_stat_activity WHERE backend_xid IS NOT NULL
    UNION ALL
    SELECT prepared FROM pg_prepared_xacts
  ) AS holders`;
