/**
 * Which of these deliveries are to phones of whoever reports them. $1 deliveries, $2 apps, $3 users (or null), $4 installations,
 * $5, $6 the smallest and greatest delivery, which prune the partitions. Indexes: delivery_pkey, device_pkey.
 */
export const REPORTED = `
  SELECT i.place::int AS place, d.notification_id AS "notificationId", d.device_id AS "deviceId", d.provider
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) WITH ORDINALITY AS i (id, app_id, user_id, installation_id, place)
  JOIN delivery d ON d.id = i.id AND d.app_id = i.app_id
  JOIN device v ON v.id = d.device_id AND v.app_id = i.app_id
  WHERE d.id BETWEEN $5::uuid AND $6::uuid
    AND (v.user_id = i.user_id OR (i.user_id IS NULL AND v.user_id IS NULL AND v.installation_id = i.installation_id))`;

/**
 * The phones of whoever reports, those that get anything first. $1 apps, $2 users (or null), $3 installations (or null). Indexes:
 * device_active_of_user_idx, device_ended_of_user_idx, device_app_id_installation_id_key.
 */
export const PHONES_OF_REPORTERS = `
  SELECT i.place::int AS place, v.id, v.target_kind AS "targetKind", v.installation_id AS "installationId"
  FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS i (app_id, user_id, installation_id, place)
  CROSS JOIN LATERAL (
    SELECT id, target_kind, installation_id FROM device WHERE app_id = i.app_id AND user_id = i.user_id AND status = 'active'
    UNION ALL
    SELECT id, target_kind, installation_id FROM device WHERE app_id = i.app_id AND user_id = i.user_id AND status <> 'active'
    UNION ALL
    SELECT id, target_kind, installation_id FROM device
    WHERE app_id = i.app_id AND installation_id = i.installation_id AND user_id IS NULL AND i.user_id IS NULL
    LIMIT 200
  ) AS v`;

/**
 * What was accepted in these milliseconds for whoever reports it: by name, by a phone of theirs, or for many. Everything else is left
 * out here, however much it is. $1 apps, $2 users (or null), $3 installations (or null), $4 from, $5 to before. Indexes:
 * event_log_pkey, device_app_id_installation_id_key.
 */
export const ACCEPTED_AT = `
  SELECT i.place::int AS place, n.id, n."installationId"
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[])
    WITH ORDINALITY AS i (app_id, user_id, installation_id, first, next, place)
  CROSS JOIN LATERAL (
    SELECT id, payload #>> '{to,installationId}' AS "installationId" FROM event_log e
    WHERE e.id >= i.first AND e.id < i.next AND e.app_id = i.app_id AND e.type = 'notification.accepted'
      AND CASE
        WHEN payload -> 'to' ? 'userId' THEN payload #>> '{to,userId}' = i.user_id
        WHEN payload -> 'to' ? 'userIds' THEN payload #> '{to,userIds}' ? i.user_id
        WHEN payload -> 'to' ? 'installationId' THEN EXISTS (
          SELECT FROM device v WHERE v.app_id = i.app_id AND v.installation_id = e.payload #>> '{to,installationId}'
            AND (v.user_id = i.user_id OR (i.user_id IS NULL AND v.user_id IS NULL AND v.installation_id = i.installation_id)))
        ELSE true
      END
    LIMIT 200
  ) AS n`;

/**
 * Dead letters of notifications of these milliseconds that were sent again to a phone of whoever reports. Parameters as above.
 * Indexes: dead_letter_pkey, device_pkey.
 */
export const REPLAYED_AT = `
  SELECT i.place::int AS place, l.*
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[])
    WITH ORDINALITY AS i (app_id, user_id, installation_id, first, next, place)
  CROSS JOIN LATERAL (
    SELECT l.id, l.notification_id AS "notificationId", l.device_id AS "deviceId", v.target_kind AS "targetKind"
    FROM dead_letter l JOIN device v ON v.id = l.device_id AND v.app_id = i.app_id
    WHERE l.id >= i.first AND l.id < i.next AND l.app_id = i.app_id AND l.resolution = 'replayed'
      AND (v.user_id = i.user_id OR (i.user_id IS NULL AND v.user_id IS NULL AND v.installation_id = i.installation_id))
    LIMIT 200
  ) AS l`;

/**
 * Receipts in one statement and one commit: deliveries, their facts and the counts by day. What a delivery knows already is left
 * alone. One that nobody has recorded yet is made here, with attempt 0: the phone was faster than whoever sent it, who adds
 * that it was sent when he comes. Where an attempt is marked as begun, it still has to come to its end, too. A delivery that ended
 * otherwise keeps its state: that a phone has it after all is told and counted.
 *
 * $1 deliveries, $2 apps, $3 notifications, $4 devices, $5 providers, $6 replayed letters (or null); $7 received, $8 opened,
 * $9 dismissed at (or null); $10, $11, $12 ids of the facts of each; $13 subjects, $14 what the facts have in common;
 * $15 who counts. Indexes: delivery_pkey, notification_tally_pkey. Sorted by id, or two that share deliveries would deadlock.
 */
export const RECORD_RECEIPTS = `
  WITH input AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[],
        $10::uuid[], $11::uuid[], $12::uuid[], $13::text[], $14::jsonb[])
      AS i (id, app_id, notification_id, device_id, provider, replay_of, received_at, opened_at, dismissed_at,
        delivered_fact, opened_fact, dismissed_fact, subject, data)
  ), recorded AS (
    INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt, replay_of, received_at, opened_at, dismissed_at)
    SELECT id, app_id, notification_id, device_id, provider, CASE WHEN opened_at IS NULL THEN 'delivered' ELSE 'opened' END, 0, replay_of,
      received_at::timestamptz, opened_at::timestamptz, dismissed_at::timestamptz
    FROM input ORDER BY id
    ON CONFLICT (id) DO UPDATE SET
      state = CASE WHEN delivery.state IN ('sent', 'sending', 'retrying', 'delivered') THEN excluded.state ELSE delivery.state END,
      attempt = CASE WHEN delivery.state = 'sending' THEN delivery.attempt - 1 ELSE delivery.attempt END,
      received_at = coalesce(delivery.received_at, excluded.received_at),
      opened_at = coalesce(delivery.opened_at, excluded.opened_at),
      dismissed_at = coalesce(delivery.dismissed_at, excluded.dismissed_at)
    WHERE delivery.received_at IS NULL
      OR (delivery.opened_at IS NULL AND excluded.opened_at IS NOT NULL)
      OR (delivery.dismissed_at IS NULL AND excluded.dismissed_at IS NOT NULL)
    RETURNING new.id, old.received_at IS NULL AS delivered,
      old.opened_at IS NULL AND new.opened_at IS NOT NULL AS opened,
      old.dismissed_at IS NULL AND new.dismissed_at IS NOT NULL AS dismissed
  ), news AS MATERIALIZED (
    SELECT input.app_id, input.notification_id, input.subject, input.data, said.*
    FROM input JOIN recorded USING (id)
    CROSS JOIN LATERAL (VALUES
      ('delivered', delivered_fact, received_at, delivered),
      ('opened', opened_fact, input.opened_at, opened),
      ('dismissed', dismissed_fact, input.dismissed_at, dismissed)
    ) AS said (outcome, fact_id, at, is_news)
    WHERE said.is_news
  ), told AS (
    INSERT INTO event_log (id, app_id, type, subject, payload)
    SELECT fact_id, app_id, 'delivery.' || outcome, subject, data || jsonb_build_object('at', at) FROM news
  ), counted AS (
    INSERT INTO notification_tally AS t (notification_id, day, outcome, shard, n)
    SELECT notification_id, (at::timestamptz AT TIME ZONE 'UTC')::date, outcome, $15::smallint, count(*)
    FROM news GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (notification_id, day, outcome, shard) DO UPDATE SET n = t.n + excluded.n
  )
  SELECT id, delivered, opened, dismissed FROM recorded`;

/** $1 notification. Index: notification_tally_pkey. */
export const RECEIPTS_BY_DAY = `
  SELECT to_char(day, 'YYYY-MM-DD') AS day,
    coalesce(sum(n) FILTER (WHERE outcome = 'delivered'), 0)::float8 AS delivered,
    coalesce(sum(n) FILTER (WHERE outcome = 'opened'), 0)::float8 AS opened,
    coalesce(sum(n) FILTER (WHERE outcome = 'dismissed'), 0)::float8 AS dismissed
  FROM notification_tally WHERE notification_id = $1 AND outcome IN ('delivered', 'opened', 'dismissed')
  GROUP BY notification_tally.day ORDER BY notification_tally.day`;

/** $1 notifications before this id. Index: notification_tally_pkey; in slices, so that no purge holds rows for long. */
export const PURGE_TALLIES = `
  DELETE FROM notification_tally t
  USING (SELECT notification_id, day, outcome, shard FROM notification_tally WHERE notification_id < $1 LIMIT 5000) AS old
  WHERE t.notification_id = old.notification_id AND t.day = old.day AND t.outcome = old.outcome AND t.shard = old.shard
  RETURNING 1`;
