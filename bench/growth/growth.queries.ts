/**
 * Notifications that were accepted and sent, with both of their facts and what became of them, as the push service writes them; when, their
 * ids say.
 *
 * $1 app, $2 data key, $3 ids, $4 public ids, $5 ids of what tells that they were sent, $6 deliveries, $7 their public ids, $8 devices,
 * $9 their public ids, $10 numbers of the users.
 */
export const INSERT_SENT = `
  WITH pair AS MATERIALIZED (
    SELECT *, uuid_extract_timestamp(id) AS accepted_at, uuid_extract_timestamp(fact) AS sent_at
    FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::uuid[], $9::text[], $10::int[])
      AS p (id, subject, fact, delivery, delivery_name, device, device_name, person)
  ), answered AS MATERIALIZED (
    SELECT *, jsonb_build_object('kind', 'answered', 'status', 200, 'apnsId', delivery, 'jwtAgeMs', 600000) AS answer FROM pair
  ), accepted AS (
    INSERT INTO event_log (id, app_id, type, subject, payload, content, dek_id, at)
    SELECT id, $1::uuid, 'notification.accepted', subject,
      jsonb_build_object('root', gen_random_uuid(), 'lane', 'transactional', 'category', 'orders',
        'to', jsonb_build_object('userId', 'user-' || person),
        'expiresAt', to_char((accepted_at + interval '28 days') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
      sha512(convert_to(subject, 'UTF8')) || sha512(convert_to(delivery_name, 'UTF8')), $2::uuid, accepted_at
    FROM answered
  ), sent AS (
    INSERT INTO event_log (id, app_id, type, subject, payload, at)
    SELECT fact, $1::uuid, 'delivery.sent', subject,
      jsonb_build_object('deliveryId', delivery_name, 'deviceId', device_name, 'provider', 'apns', 'attempt', 1, 'answer', answer),
      sent_at
    FROM answered
  )
  INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt, raw, at)
  SELECT delivery, $1::uuid, id, device, 'apns', 'sent', 1, answer, sent_at FROM answered`;

/** Keys of the last 71 hours, none of which ends within an hour. $1, $2 from which number to which. */
export const INSERT_KEYS = `
  INSERT INTO idem (k, request_hash, result_id, expires_at)
  SELECT gen_random_uuid(), sha256(int4send(i)), uuidv7(-age), now() + interval '72 hours' - age
  FROM (SELECT i, random() * interval '71 hours' AS age FROM generate_series($1::int, $2::int) AS n (i)) AS aged`;

export const EMPTY_LOG = `TRUNCATE event_log, delivery`;

/** Who reads the feed has read all of it, and begins at its end when it starts. */
export const FORGET_READERS = `DELETE FROM consumer`;

/** As autovacuum would have left it after a while. Each is a statement of its own, as VACUUM must be. */
export const SETTLE = [`VACUUM (ANALYZE) event_log, delivery, idem, device, push_user`, `CHECKPOINT`];

/**
 * What a round has made goes, and nothing else. $1 the least id that it can have made. Indexes: event_log_pkey and delivery_pkey, partitions
 * before that day pruned; idem sequential.
 */
export const FORGET_SINCE = [
  `DELETE FROM event_log WHERE id >= $1`,
  `DELETE FROM delivery WHERE id >= $1`,
  `DELETE FROM idem WHERE result_id >= $1`,
];

/** Of accepted work that nobody shall do. */
export const FORGET_WORK = `TRUNCATE push_work`;

/** Or the next round would step over dead rows. */
export const CLEAR_AWAY = `VACUUM event_log, delivery, idem`;

/** $1 the least id that they can have. Index: delivery_pkey, partitions before that day pruned. */
export const COUNT_SENT_SINCE = `SELECT count(*)::int AS sent FROM delivery WHERE id >= $1 AND state = 'sent'`;

/** The next notification at or after each of the ids $1. Index: event_log_pkey of each partition, those before pruned. */
export const NOTIFICATIONS_FROM = `
  SELECT found.id
  FROM unnest($1::uuid[]) AS asked (id) CROSS JOIN LATERAL (
    SELECT id FROM event_log WHERE event_log.id >= asked.id AND type = 'notification.accepted' ORDER BY id LIMIT 1
  ) AS found`;

/** $1 tables. Catalog and statistics only. Megabytes; of all their partitions together. */
export const TABLE_SIZES = `
  SELECT coalesce(i.inhparent, s.relid)::regclass::text AS name, count(i.inhparent)::int AS partitions,
    sum(pg_table_size(s.relid) / 1e6)::float8 AS "tableMb", sum(pg_indexes_size(s.relid) / 1e6)::float8 AS "indexMb",
    sum(s.n_dead_tup)::float8 AS dead
  FROM pg_stat_user_tables s LEFT JOIN pg_inherits i ON i.inhrelid = s.relid
  WHERE coalesce(i.inhparent, s.relid)::regclass::text = ANY ($1::text[])
  GROUP BY 1 ORDER BY 1`;
