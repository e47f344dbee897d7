const FIELDS = `id, app_id AS "appId", type, subject, payload, at`;

/** $1 the id of a fact. Index: event_log_pkey; one id prunes to one partition. */
export const EVENT = `SELECT ${FIELDS} FROM event_log WHERE id = $1`;

/** $1 subject, $2 before this id, $3 at most so many. Index: event_log_subject_id_idx of each partition; newest first. */
export const EVENTS_OF_SUBJECT = `
  SELECT ${FIELDS} FROM event_log WHERE subject = $1 AND id < $2 ORDER BY id DESC LIMIT $3`;

/**
 * The newest facts, or those after an id: $1 after and $2 before these ids, $3 app or null, $4 type, or its beginning with '%', or null,
 * $5 at most so many of $6 that are looked at. Index: event_log_pkey, newest first; the bounds prune the partitions.
 */
export const NEWEST_EVENTS = `
  WITH looked AS (
    SELECT ${FIELDS} FROM event_log WHERE id > $1 AND id < $2 ORDER BY id DESC LIMIT $6
  )
  SELECT *, (SELECT min(id::text) FROM looked) AS "lookedTo" FROM looked
  WHERE ($3::uuid IS NULL OR "appId" = $3) AND ($4::text IS NULL OR type LIKE $4) ORDER BY id DESC LIMIT $5`;
