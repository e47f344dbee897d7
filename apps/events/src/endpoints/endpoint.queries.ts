const COLUMNS = `id, app_id AS "appId", url, description, event_types AS "eventTypes", ordered, enabled,
  disabled_reason AS "disabledReason", disabled_at AS "disabledAt", failing_since AS "failingSince",
  CASE WHEN open_until > now() THEN open_until END AS "pausedUntil", created_at AS "createdAt", updated_at AS "updatedAt"`;

/** No row: the app has $7 of them already. $1 id, $2 app, $3 url, $4 description, $5 types, $6 ordered. Index: webhook_endpoint_app_id_id_idx. */
export const INSERT_ENDPOINT = `
  INSERT INTO webhook_endpoint (id, app_id, url, description, event_types, ordered)
  SELECT $1::uuid, $2::uuid, $3, $4, $5::text[], $6::boolean
  WHERE (SELECT count(*) FROM webhook_endpoint WHERE app_id = $2) < $7::int
  RETURNING ${COLUMNS}`;

/** $1 app, $2 behind this id, $3 how many. Index: webhook_endpoint_app_id_id_idx. */
export const LIST_ENDPOINTS = `
  SELECT ${COLUMNS} FROM webhook_endpoint WHERE app_id = $1 AND id > $2::uuid ORDER BY id LIMIT $3`;

/** $1 app, $2 id. Index: webhook_endpoint_pkey. */
export const ONE_ENDPOINT = `SELECT ${COLUMNS} FROM webhook_endpoint WHERE id = $2 AND app_id = $1`;

/** $1 id. Index: webhook_endpoint_pkey. */
export const APP_OF_ENDPOINT = `SELECT app_id AS "appId" FROM webhook_endpoint WHERE id = $1`;

/** $1 id. Index: webhook_endpoint_pkey. */
export const LOCK_RECEIVER = `
  SELECT id, app_id AS "appId", event_types AS "eventTypes", enabled, ordered FROM webhook_endpoint
  WHERE id = $1 FOR NO KEY UPDATE`;

/** $1 id, $2 url, $3 description, $4 types, $5 ordered. Locked by the caller. Index: webhook_endpoint_pkey. */
export const UPDATE_ENDPOINT = `
  UPDATE webhook_endpoint SET url = $2, description = $3, event_types = $4::text[], ordered = $5, updated_at = now()
  WHERE id = $1`;

/** With a clean slate: what it did before says nothing any more. $1 id, locked by the caller. Index: webhook_endpoint_pkey. */
export const ENABLE = `
  UPDATE webhook_endpoint SET enabled = true, disabled_reason = NULL, disabled_at = NULL, failures = 0, openings = 0,
    open_until = NULL, probe_lease = NULL, failing_since = NULL, updated_at = now()
  WHERE id = $1 AND NOT enabled RETURNING id`;

/**
 * What still waits behind others of its subject ends here; who has a work row ends with that.
 * $1 id, locked by the caller. Indexes: webhook_line_pkey, webhook_delivery_pkey.
 */
export const FAIL_WAITING = `
  WITH waiting AS (DELETE FROM webhook_line WHERE endpoint_id = $1 RETURNING delivery_id)
  UPDATE webhook_delivery d SET state = 'failed', reason = 'endpoint_deleted', updated_at = now()
  FROM waiting WHERE d.id = waiting.delivery_id AND d.state IN ('pending', 'retrying')`;

/** Its secrets go with it. $1 id. Index: webhook_endpoint_pkey. */
export const DELETE_ENDPOINT = `DELETE FROM webhook_endpoint WHERE id = $1`;
