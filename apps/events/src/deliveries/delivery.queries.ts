const COLUMNS = `d.id, d.endpoint_id AS "endpointId", d.event_id AS "eventId", d.event_type AS "eventType", d.subject, d.state,
  d.attempt, d.reason, d.next_attempt_at AS "nextAttemptAt", d.created_at AS "createdAt", d.updated_at AS "updatedAt"`;
const ATTEMPT_COLUMNS = 'attempt, at, status, milliseconds, answer, error';

/**
 * Newest event first. $1 endpoint, $2 before this delivery, $3 rows to look at, $4 state or null, $5 rows to give. The
 * filter runs over a bounded slice, whose end comes back too, since no index may mention the state. The first row is always
 * there. Indexes: webhook_delivery_endpoint_id_id_idx; webhook_attempt_pkey once for each row that is given.
 */
export const LIST = `
  WITH slice AS MATERIALIZED (
    SELECT * FROM webhook_delivery WHERE endpoint_id = $1 AND id < $2::uuid ORDER BY id DESC LIMIT $3
  ), matching AS (
    SELECT * FROM slice WHERE $4::text IS NULL OR state = $4 ORDER BY id DESC LIMIT $5
  ), slice_end AS (
    SELECT id AS end_id FROM slice ORDER BY id LIMIT 1
  )
  SELECT (SELECT count(*)::int FROM slice) AS "lookedAt", end_id AS "endId", ${COLUMNS}, to_jsonb(last) AS last
  FROM (VALUES (1)) AS always (one)
  LEFT JOIN slice_end ON true
  LEFT JOIN matching d ON true
  LEFT JOIN LATERAL (
    SELECT ${ATTEMPT_COLUMNS} FROM webhook_attempt a WHERE a.delivery_id = d.id ORDER BY attempt DESC LIMIT 1
  ) last ON true
  ORDER BY d.id DESC`;

/** $1 endpoint, $2 delivery. Indexes: webhook_delivery_pkey, webhook_attempt_pkey. */
export const ONE = `
  SELECT ${COLUMNS}, to_jsonb(last) AS last FROM webhook_delivery d
  LEFT JOIN LATERAL (
    SELECT ${ATTEMPT_COLUMNS} FROM webhook_attempt a WHERE a.delivery_id = d.id ORDER BY attempt DESC LIMIT 1
  ) last ON true
  WHERE d.id = $2 AND d.endpoint_id = $1`;

/** $1 delivery. Index: webhook_attempt_pkey. */
export const ATTEMPTS = `SELECT ${ATTEMPT_COLUMNS} FROM webhook_attempt WHERE delivery_id = $1 ORDER BY attempt`;

/**
 * Begins a new round for a delivery that has ended or waits for a retry; one that is pending is under way already.
 * $1 endpoint, locked by the caller; $2 delivery. Index: webhook_delivery_pkey.
 */
export const RENEW_ONE = `
  UPDATE webhook_delivery SET state = 'pending', round_start = attempt, reason = NULL, next_attempt_at = NULL, updated_at = now()
  WHERE id = $2 AND endpoint_id = $1 AND state <> 'pending'
  RETURNING attempt`;

/** The same for those of the deliveries $1 that have failed. The endpoint is locked by the caller. Index: webhook_delivery_pkey. */
export const RENEW_FAILED = `
  UPDATE webhook_delivery SET state = 'pending', round_start = attempt, reason = NULL, next_attempt_at = NULL, updated_at = now()
  WHERE id = ANY ($1::uuid[]) AND state = 'failed'
  RETURNING id, attempt`;

/**
 * A slice of what is older than the log is kept; what has not ended stays, and so do the attempts at it.
 * $1 the first id that is kept, $2 rows. Indexes: webhook_delivery_pkey, webhook_attempt_pkey.
 */
export const PURGE = `
  WITH old AS MATERIALIZED (
    SELECT id FROM webhook_delivery WHERE id < $1::uuid AND state IN ('delivered', 'failed') ORDER BY id LIMIT $2
  ), attempts AS (
    DELETE FROM webhook_attempt USING old WHERE delivery_id = old.id
  )
  DELETE FROM webhook_delivery d USING old WHERE d.id = old.id AND d.state IN ('delivered', 'failed')`;
