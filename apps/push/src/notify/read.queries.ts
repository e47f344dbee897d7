import { BY_FLAG, BY_OPERATOR } from '../holds/hold.queries.js';

/** Index: event_log_pkey; one id prunes to one partition. */
export const NOTIFICATION = `
  SELECT id, app_id AS "appId", payload FROM event_log WHERE id = $1 AND app_id = $2 AND type = 'notification.accepted'`;

/** Index: event_log_pkey; one id prunes to one partition. */
export const APP_OF_NOTIFICATION = `SELECT app_id AS "appId" FROM event_log WHERE id = $1 AND type = 'notification.accepted'`;

/** Index: push_work_root_id_idx. Items of the notification that are still owed, with what stands in their way. */
export const OPEN_ITEMS = `
  SELECT w.queue, item ->> 'd' AS "deliveryId", item ->> 'v' AS "deviceId", (item ->> 'a')::int AS attempt,
    CASE WHEN item ? 'd' THEN w.next_offer_at ELSE w.due_at END AS "dueAt", NOT item ? 'd' AND w.due_at > now() AS "isLater",
    w.lease_until > now() AS leased, h.until AS "heldUntil", h.reason AS "holdReason"
  FROM push_work w
  CROSS JOIN LATERAL jsonb_array_elements(w.items) AS item
  LEFT JOIN LATERAL (
    SELECT until, reason FROM hold
    WHERE credential_id = w.credential_id AND lane IN ('*', '${BY_OPERATOR}', '${BY_FLAG}') AND until > now() ORDER BY until DESC LIMIT 1
  ) h ON true
  WHERE w.root_id = $1 AND item ->> 'n' = $2`;

/** Index: delivery_notification_id_idx; the bounds on id prune to the notification's own millisecond. */
export const DELIVERIES = `
  SELECT id, device_id AS "deviceId", provider, state, attempt, reason, raw, at, replay_of AS "replayOf",
    received_at AS "receivedAt", opened_at AS "openedAt", dismissed_at AS "dismissedAt"
  FROM delivery WHERE notification_id = $1 AND id BETWEEN $2 AND $3 ORDER BY id`;

/** Index: event_log_subject_id_idx; the bound on id prunes the days before the notification. */
export const FACTS_OF_NOTIFICATION = `
  SELECT id, type, payload, at FROM event_log WHERE subject = $1 AND id >= $2 AND type <> 'notification.accepted' ORDER BY at, id`;

/**
 * The devices that a story is about, as they are now, and those that had been signed out of users who were not reached. Indexes:
 * device_pkey, device_signed_out_of_user_idx. $1 ids, $2 app, $3 the users, $4 when they were looked for, $5 how many at most.
 */
export const DEVICES_OF_STORY = `
  SELECT id, target_kind AS "targetKind", environment, bundle_id AS "bundleId", status, status_reason AS "statusReason",
    status_by AS "statusBy", status_at AS "statusAt", registered_at AS "registeredAt",
    signed_out_at AS "signedOutAt"
  FROM device WHERE id IN (
    SELECT unnest($1::uuid[])
    UNION (SELECT id FROM device WHERE app_id = $2 AND signed_out_user_id = ANY ($3::text[]) AND signed_out_at < $4 LIMIT $5))
    AND app_id = $2`;
