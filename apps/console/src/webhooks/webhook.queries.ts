const ENDPOINT_COLUMNS = `e.id, e.app_id AS "appId", e.url, e.description, e.event_types AS "eventTypes", e.ordered, e.enabled,
  e.disabled_reason AS "disabledReason", e.disabled_at AS "disabledAt", e.failing_since AS "failingSince",
  CASE WHEN e.open_until > now() THEN e.open_until END AS "pausedUntil", e.created_at AS "createdAt"`;

/** What the last $4 events for each came to. Index: webhook_delivery_endpoint_id_id_idx. */
const LATELY = `LEFT JOIN LATERAL (
    SELECT count(*)::int AS events, count(*) FILTER (WHERE state = 'failed')::int AS failed,
      count(*) FILTER (WHERE state IN ('pending', 'retrying'))::int AS waiting
    FROM (SELECT state FROM webhook_delivery WHERE endpoint_id = e.id ORDER BY id DESC LIMIT $4) AS last
  ) lately ON true`;

/** The newest first. $1 app or null, $2 before this id, $3 how many, $4 events. Indexes: webhook_endpoint_pkey, webhook_endpoint_app_id_id_idx. */
export const ENDPOINTS = `
  SELECT ${ENDPOINT_COLUMNS}, lately.events, lately.failed, lately.waiting FROM webhook_endpoint e ${LATELY}
  WHERE ($1::uuid IS NULL OR e.app_id = $1) AND e.id < $2::uuid ORDER BY e.id DESC LIMIT $3`;

/** $1 id. Index: webhook_endpoint_pkey. */
export const ENDPOINT = `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoint e WHERE e.id = $1`;

/**
 * What became of the newest events for an endpoint, with the last attempt at each. $1 endpoint, $2 at most so many. Indexes:
 * webhook_delivery_endpoint_id_id_idx, webhook_attempt_pkey.
 */
export const DELIVERIES = `
  SELECT d.id, d.event_id AS "eventId", d.event_type AS "eventType", d.subject, d.state, d.attempt, d.reason,
    d.next_attempt_at AS "nextAttemptAt", d.created_at AS "createdAt", last.at AS "lastAt", last.status, last.milliseconds,
    last.error, last.answer
  FROM webhook_delivery d LEFT JOIN LATERAL (
    SELECT at, status, milliseconds, error, answer FROM webhook_attempt a
    WHERE a.delivery_id = d.id ORDER BY attempt DESC LIMIT 1
  ) last ON true
  WHERE d.endpoint_id = $1 ORDER BY d.id DESC LIMIT $2`;
