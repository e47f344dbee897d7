/**
 * Deliveries that are not there yet. $1 ids, $2 apps, $3 endpoints, $4 events, $5 types, $6 subjects. Index:
 * webhook_delivery_pkey. Sorted by id, or two that enlist the same deliveries would deadlock.
 */
export const INSERT_DELIVERIES = `
  INSERT INTO webhook_delivery (id, app_id, endpoint_id, event_id, event_type, subject)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[])
    AS fresh (id, app_id, endpoint_id, event_id, event_type, subject)
  ORDER BY id
  ON CONFLICT (id) DO NOTHING
  RETURNING id`;

/**
 * Whoever joins a line and whoever lets it advance hold the endpoint, or the one would miss the other. $1 endpoints. Index:
 * webhook_endpoint_pkey. Sorted by id, the order in which everyone locks endpoints.
 */
export const LOCK_ORDERED = `
  SELECT id FROM webhook_endpoint WHERE id = ANY ($1::uuid[]) AND ordered ORDER BY id FOR NO KEY UPDATE`;

/** $1 endpoints, $2 subjects, $3 deliveries, in the order in which they are to be sent. */
export const JOIN_LINE = `
  INSERT INTO webhook_line (endpoint_id, subject, delivery_id)
  SELECT endpoint_id, subject, delivery_id
  FROM unnest($1::uuid[], $2::text[], $3::uuid[]) WITH ORDINALITY AS joining (endpoint_id, subject, delivery_id, place)
  ORDER BY place`;

/** Those of the deliveries $1 that are the first of their line. Indexes: webhook_line_delivery_id_key, webhook_line_pkey. */
export const HEADS_OF_LINE = `
  SELECT mine.delivery_id AS id FROM webhook_line mine
  WHERE mine.delivery_id = ANY ($1::uuid[]) AND NOT EXISTS (
    SELECT FROM webhook_line before
    WHERE before.endpoint_id = mine.endpoint_id AND before.subject = mine.subject AND before.seq < mine.seq)`;

/**
 * Until when those that wait in a line are to wait besides: $1 deliveries, $2 milliseconds. Index: webhook_delivery_pkey. They were made
 * or renewed in this transaction.
 */
export const KEEP_DUE = `
  UPDATE webhook_delivery d SET next_attempt_at = now() + due.delay * interval '1 ms'
  FROM unnest($1::uuid[], $2::float8[]) AS due (id, delay) WHERE d.id = due.id`;

/** Milliseconds until a delivery `d` that waits in a line may be attempted; 0: at once. */
const DELAY = `greatest(0, ceil(extract(epoch FROM d.next_attempt_at - now()) * 1000))::float8 AS delay`;

/**
 * Lets the deliveries $1 leave their lines, and answers who is first behind each of them. The endpoints are locked by the
 * caller. Indexes: webhook_line_delivery_id_key, webhook_line_pkey, webhook_delivery_pkey.
 */
export const LEAVE_LINE = `
  WITH gone AS (
    DELETE FROM webhook_line WHERE delivery_id = ANY ($1::uuid[]) RETURNING endpoint_id, subject, seq
  )
  SELECT DISTINCT ON (next.endpoint_id, next.subject)
    d.id, d.attempt, d.endpoint_id AS "endpointId", d.app_id AS "appId", ${DELAY}
  FROM gone
  JOIN webhook_line next ON next.endpoint_id = gone.endpoint_id AND next.subject = gone.subject AND next.seq > gone.seq
  JOIN webhook_delivery d ON d.id = next.delivery_id
  WHERE next.delivery_id <> ALL ($1::uuid[])
  ORDER BY next.endpoint_id, next.subject, next.seq`;

/**
 * Ends the lines of an endpoint that no longer asks for order, and answers who was waiting behind somebody. $1 endpoint,
 * locked by the caller. Indexes: webhook_line_pkey, webhook_delivery_pkey.
 */
export const DISSOLVE_LINES = `
  WITH gone AS (
    DELETE FROM webhook_line WHERE endpoint_id = $1 RETURNING delivery_id, subject, seq
  ), placed AS (
    SELECT delivery_id, seq, row_number() OVER (PARTITION BY subject ORDER BY seq) AS place FROM gone
  )
  SELECT d.id, d.attempt, d.endpoint_id AS "endpointId", d.app_id AS "appId", ${DELAY}
  FROM placed JOIN webhook_delivery d ON d.id = placed.delivery_id
  WHERE placed.place > 1 ORDER BY placed.seq`;
