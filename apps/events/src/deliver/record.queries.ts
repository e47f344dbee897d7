/** $1 endpoints. Index: webhook_endpoint_pkey. Sorted by id, the order in which everyone locks endpoints. */
export const LOCK_ENDPOINTS = `
  SELECT id, app_id AS "appId", enabled, ordered, failures, openings, open_until AS "openUntil",
    failing_since AS "failingSince", now() AS now
  FROM webhook_endpoint WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`;

/**
 * A batch of outcomes: deliveries, the log of attempts, finished work rows. A delivery that has ended, or whose recorded
 * attempt is not behind, is left alone: a repeated post settles once. Without a duration nothing was posted.
 *
 * $1 deliveries, $2 attempts, $3 states, $4 reasons, $5 milliseconds until the next attempt (or null), $6 statuses,
 * $7 durations, $8 answers, $9 errors; $10, $11 finished work rows and their lease tokens.
 * Indexes: webhook_delivery_pkey, events_work_pkey. Locked in the order of ids, or two flushes could deadlock.
 */
export const RECORD_OUTCOMES = `
  WITH input AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::float8[], $6::int[], $7::int[], $8::text[], $9::text[])
      AS i (id, attempt, state, reason, delay, status, milliseconds, answer, error)
  ), locked AS MATERIALIZED (
    SELECT id FROM webhook_delivery WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE
  ), recorded AS (
    UPDATE webhook_delivery d SET state = i.state, reason = i.reason, updated_at = now(),
      attempt = CASE WHEN i.milliseconds IS NULL THEN d.attempt ELSE i.attempt END,
      next_attempt_at = now() + i.delay * interval '1 ms'
    FROM input i JOIN locked USING (id)
    WHERE d.id = i.id AND d.state IN ('pending', 'retrying') AND d.attempt < i.attempt
    RETURNING d.id
  ), logged AS (
    INSERT INTO webhook_attempt (delivery_id, attempt, status, milliseconds, answer, error)
    SELECT id, attempt, status, milliseconds, answer, error FROM input JOIN recorded USING (id)
    WHERE milliseconds IS NOT NULL
    ON CONFLICT DO NOTHING
  ), finished AS (
    DELETE FROM events_work w USING unnest($10::uuid[], $11::uuid[]) AS f (id, token)
    WHERE w.id = f.id AND w.lease_token = f.token
  )
  SELECT id FROM recorded`;

/** $1 endpoints, $2 failures, $3 openings, $4 open until, $5 failing since. Locked by the caller. Index: webhook_endpoint_pkey. */
export const SET_HEALTH = `
  UPDATE webhook_endpoint e SET failures = h.failures, openings = h.openings, open_until = h.open_until,
    failing_since = h.failing_since, probe_lease = NULL
  FROM unnest($1::uuid[], $2::int[], $3::int[], $4::timestamptz[], $5::timestamptz[])
    AS h (id, failures, openings, open_until, failing_since)
  WHERE e.id = h.id`;

/** What waits for it is offered again, and given up. $1 endpoint, $2 reason. Locked by the caller. Index: webhook_endpoint_pkey. */
export const DISABLE = `
  UPDATE webhook_endpoint SET enabled = false, disabled_reason = $2, disabled_at = now(), updated_at = now(),
    open_until = NULL, probe_lease = NULL
  WHERE id = $1 AND enabled
  RETURNING app_id AS "appId", failing_since AS "failingSince"`;
