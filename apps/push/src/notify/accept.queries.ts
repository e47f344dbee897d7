/**
 * The whole accept in one statement and one commit: idempotency keys, log rows of the winners, one work row per lane and due time.
 * Keys are inserted in sorted order, or two flushes that share keys would deadlock. An expired key is taken over. It answers the ids of
 * those that were not accepted, since their key is held; nearly always there are none, and a row of each that was would be for nothing.
 * Winners are told from losers twice, which takes less than keeping them; items are made as text, which takes less than an object each.
 *
 * $1 ids, $2 apps, $3 work rows, $4 subjects, $5 payloads, $6 contents, $7 data keys, $8 idempotency keys, $9 request hashes,
 * $10..$14 the work rows: ids, lanes, queues, and in milliseconds when they are due and when they are looked at. Indexes: idem_pkey.
 */
export const ACCEPT = `
  WITH input AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::bytea[], $7::uuid[], $8::uuid[], $9::bytea[])
      AS i (id, app_id, work, subject, payload, content, dek_id, k, request_hash)
  ), claimed AS (
    INSERT INTO idem AS held (k, request_hash, result_id, expires_at)
    SELECT k, request_hash, id, now() + interval '72 hours' FROM input WHERE k IS NOT NULL ORDER BY k
    ON CONFLICT (k) DO UPDATE
      SET request_hash = excluded.request_hash, result_id = excluded.result_id, expires_at = excluded.expires_at
      WHERE held.expires_at < now()
    RETURNING result_id
  ), winner AS NOT MATERIALIZED (
    SELECT * FROM input WHERE k IS NULL OR id IN (SELECT result_id FROM claimed)
  ), logged AS (
    INSERT INTO event_log (id, app_id, type, subject, payload, content, dek_id)
    SELECT id, app_id, 'notification.accepted', subject, payload, content, dek_id FROM winner
  ), queued AS (
    INSERT INTO push_work (id, root_id, queue, lane, items, due_at, next_offer_at)
    SELECT w.id, w.id, w.queue, w.lane, ('[' || string_agg('{"n":"' || winner.id || '"}', ',') || ']')::jsonb,
      now() + w.delay * interval '1 ms', now() + w.look * interval '1 ms'
    FROM winner JOIN unnest($10::uuid[], $11::text[], $12::text[], $13::float8[], $14::float8[])
      AS w (id, lane, queue, delay, look) ON w.id = winner.work
    GROUP BY w.id, w.queue, w.lane, w.delay, w.look
  )
  SELECT id FROM input WHERE k IS NOT NULL AND id NOT IN (SELECT result_id FROM claimed)`;

/**
 * The same for a flush that holds a single notification: no arrays, no join and nothing to group, which is a quarter of what Postgres
 * does for one.
 *
 * $1 id, $2 app, $3 work row, $4 subject, $5 payload, $6 content, $7 data key, $8 idempotency key, $9 request hash, $10 lane, $11 queue,
 * $12 and $13 in milliseconds when it is due and when it is looked at. Index: idem_pkey.
 */
export const ACCEPT_ONE = `
  WITH claimed AS (
    INSERT INTO idem AS held (k, request_hash, result_id, expires_at)
    SELECT $8::uuid, $9::bytea, $1::uuid, now() + interval '72 hours' WHERE $8::uuid IS NOT NULL
    ON CONFLICT (k) DO UPDATE
      SET request_hash = excluded.request_hash, result_id = excluded.result_id, expires_at = excluded.expires_at
      WHERE held.expires_at < now()
    RETURNING 1
  ), won AS MATERIALIZED (
    SELECT FROM claimed UNION ALL SELECT WHERE $8::uuid IS NULL
  ), logged AS (
    INSERT INTO event_log (id, app_id, type, subject, payload, content, dek_id)
    SELECT $1::uuid, $2::uuid, 'notification.accepted', $4::text, $5::jsonb, $6::bytea, $7::uuid FROM won
  ), queued AS (
    INSERT INTO push_work (id, root_id, queue, lane, items, due_at, next_offer_at)
    SELECT $3::uuid, $3::uuid, $11::text, $10::text, jsonb_build_array(jsonb_build_object('n', $1::uuid)),
      now() + $12::float8 * interval '1 ms', now() + $13::float8 * interval '1 ms'
    FROM won
  )
  SELECT $1::uuid AS id WHERE NOT EXISTS (SELECT FROM won)`;

/** Index: idem_pkey. */
export const EARLIER_ANSWERS = `SELECT k, request_hash AS "requestHash", result_id AS "resultId" FROM idem WHERE k = ANY ($1::uuid[])`;

/** Sequential until a slice is full, then idem_pkey; in slices, so that no purge holds rows for long. */
export const PURGE_EXPIRED_KEYS = `
  DELETE FROM idem WHERE k IN (SELECT k FROM idem WHERE expires_at < now() LIMIT 5000) RETURNING 1`;
