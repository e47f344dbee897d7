/** The devices that are or were a user's. $1 app, $2 user. Indexes: device_active_of_user_idx, device_ended_of_user_idx, device_signed_out_of_user_idx. */
const PHONES = `
    SELECT id FROM device WHERE app_id = $1 AND user_id = $2 AND status = 'active'
    UNION SELECT id FROM device WHERE app_id = $1 AND user_id = $2 AND status <> 'active'
    UNION SELECT id FROM device WHERE app_id = $1 AND signed_out_user_id = $2`;

/** $1 app, $2 user. Indexes: those of PHONES, device_pkey. */
export const DEVICES_OF_USER = `
  SELECT id, installation_id AS "installationId", platform, target_kind AS "targetKind", status, status_reason AS "statusReason",
    status_at AS "statusAt", registered_at AS "registeredAt", last_seen_at AS "lastSeenAt", user_id = $2 AS "isTheirs"
  FROM device WHERE id IN (${PHONES}) ORDER BY last_seen_at DESC LIMIT 50`;

/**
 * What was for a user, newest first: what names the user alone, and whatever was routed to one of their devices. $1 app, $2 user, $3 from
 * and $4 before these ids, $5 at most so many. Indexes: event_log_recipient_idx, delivery_device_id_idx, delivery_notification_id_idx,
 * event_log_pkey; the bounds prune the partitions.
 */
export const NOTIFICATIONS_OF_USER = `
  WITH phones AS MATERIALIZED (${PHONES}
  ), named AS (
    SELECT id FROM event_log
    WHERE type = 'notification.accepted' AND payload #>> '{to,userId}' = $2 AND app_id = $1 AND id >= $3 AND id < $4
    ORDER BY id DESC LIMIT $5
  ), reached AS (
    SELECT DISTINCT notification_id AS id FROM phones CROSS JOIN LATERAL (
      SELECT notification_id FROM delivery WHERE device_id = phones.id AND id >= $3 AND id < $4 ORDER BY id DESC LIMIT $5) AS tried
  ), found AS (
    SELECT id FROM named UNION SELECT id FROM reached ORDER BY id DESC LIMIT $5
  )
  SELECT e.id, e.payload, coalesce((
      SELECT jsonb_agg(jsonb_build_object('state', d.state, 'reason', d.reason, 'provider', d.provider) ORDER BY d.id)
      FROM delivery d
      WHERE d.notification_id = e.id AND d.id >= $3 AND d.id < $4 AND d.device_id IN (SELECT id FROM phones)), '[]') AS deliveries
  FROM found JOIN event_log e USING (id) WHERE e.id >= $3 AND e.id < $4 AND e.type = 'notification.accepted' ORDER BY e.id DESC`;

/** What was decided of some notifications. $1 subjects, $2 from this id. Index: event_log_subject_id_idx. */
export const DECISIONS = `
  SELECT subject, type, payload FROM event_log
  WHERE subject = ANY ($1::text[]) AND id >= $2
    AND type IN ('notification.undeliverable', 'notification.cancelled', 'notification.delayed', 'notification.routed')
  ORDER BY id`;
