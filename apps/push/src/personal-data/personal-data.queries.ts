/**
 * A user's devices in any status, and those that were theirs until they were signed out. $1 app, $2 user. One part per partial
 * index: device_active_of_user_idx, device_ended_of_user_idx, device_signed_out_of_user_idx.
 */
const OF_USER = `
  SELECT * FROM device WHERE app_id = $1 AND user_id = $2 AND status = 'active'
  UNION ALL
  SELECT * FROM device WHERE app_id = $1 AND user_id = $2 AND status <> 'active'
  UNION ALL
  SELECT * FROM device WHERE app_id = $1 AND signed_out_user_id = $2`;

export const NAMES_OF_DEVICES = `SELECT id, installation_id AS "installationId" FROM (${OF_USER}) AS d`;

/** $3 behind this id, $4 how many. */
export const COLLECT_DEVICES = `
  SELECT id::text AS id, installation_id AS "installationId", platform, target_kind AS "targetKind", target, target_keys AS "targetKeys", environment,
    bundle_id AS "bundleId", locale, time_zone AS "timeZone", app_version AS "appVersion", status,
    registered_at AS "registeredAt", last_seen_at AS "lastSeenAt"
  FROM (${OF_USER}) AS d WHERE id::text > $3 ORDER BY id::text LIMIT $4`;

/** $3 how many. Locked in the order of ids, as everyone locks devices. Index: device_pkey. */
export const ERASE_DEVICES = `
  WITH gone AS MATERIALIZED (
    SELECT id FROM device WHERE id IN (SELECT id FROM (${OF_USER}) AS d ORDER BY id LIMIT $3) ORDER BY id FOR UPDATE
  )
  DELETE FROM device USING gone WHERE device.id = gone.id`;

/** Which of these works still have something open. Index: push_work_root_id_idx. */
export const OPEN_ROOTS = `SELECT DISTINCT root_id AS root FROM push_work WHERE root_id = ANY ($1::uuid[])`;

/** What providers said of these devices, and what those said themselves, which the facts still tell. $1 notifications, $2 devices, $3 not before this id. Index: delivery_notification_id_idx. */
export const FORGET_ANSWERS = `
  UPDATE delivery SET raw = NULL, received_at = NULL, opened_at = NULL, dismissed_at = NULL
  WHERE notification_id = ANY ($1::uuid[]) AND device_id = ANY ($2::uuid[]) AND id >= $3 AND (raw IS NOT NULL OR received_at IS NOT NULL)`;

/**
 * Also what was for the user on a phone that is somebody else's now. $1 app, $2 devices, $3 the user, $4 how many. Index:
 * dead_letter_app_id_id_idx, all of the app's letters: there are few.
 */
export const OPEN_LETTERS = `
  SELECT id FROM dead_letter
  WHERE app_id = $1 AND (device_id = ANY ($2::uuid[]) OR user_id = $3) AND resolution IS NULL ORDER BY id LIMIT $4`;

/** $1 app, $2 devices. Index: dead_letter_app_id_id_idx. */
export const FORGET_NOTES = `
  UPDATE dead_letter SET note = '' WHERE app_id = $1 AND device_id = ANY ($2::uuid[]) AND note <> ''`;

/** $1 app, $2 user, $3 behind this id, $4 how many. Index: push_user_pkey. */
export const COLLECT_PREFERENCES = `
  SELECT user_id AS id, choices, quiet_hours AS "quietHours", time_zone AS "timeZone", locale, attributes, updated_at AS "updatedAt"
  FROM push_user WHERE app_id = $1 AND user_id = $2 AND user_id > $3 LIMIT $4`;

/** $1 app, $2 user, $3 how many: there is one at most. Index: push_user_pkey. */
export const ERASE_PREFERENCES = `
  DELETE FROM push_user WHERE app_id = $1 AND user_id = (SELECT user_id FROM push_user WHERE app_id = $1 AND user_id = $2 LIMIT $3)`;

/** $1 app, $2 subjects, $3 how many. Locked in the order in which routing locks them. Index: frequency_meter_pkey. */
export const ERASE_METERS = `
  WITH gone AS MATERIALIZED (
    SELECT subject, category FROM frequency_meter WHERE app_id = $1 AND subject = ANY ($2::text[])
    ORDER BY subject, category LIMIT $3 FOR UPDATE
  )
  DELETE FROM frequency_meter m USING gone WHERE m.app_id = $1 AND m.subject = gone.subject AND m.category = gone.category`;

/**
 * Takes a user out of what was put off for several: it would be told of them once more when it comes due.
 * $1 roots, $2 notifications, $3 the user. Index: push_work_root_id_idx.
 */
export const FORGET_DELAYED = `
  UPDATE push_work SET items = (
    SELECT coalesce(jsonb_agg(item), '[]') FROM jsonb_array_elements(items) AS item
    WHERE NOT (item ->> 'n' = ANY ($2::text[]) AND item ->> 'u' = $3 AND NOT item ? 'v'))
  WHERE root_id = ANY ($1::uuid[]) AND queue LIKE 'push.route.%' AND items @> jsonb_build_array(jsonb_build_object('u', $3::text))
  RETURNING id`;

/** $1 app, $2 devices, $3 behind this place, $4 how many. Index: topic_subscription_device_id_idx. */
export const COLLECT_TOPICS = `
  SELECT device_id::text || '/' || topic AS id, topic, at AS "since" FROM topic_subscription
  WHERE app_id = $1 AND device_id = ANY ($2::uuid[]) AND device_id::text || '/' || topic > $3 ORDER BY 1 LIMIT $4`;

/** $1 app, $2 devices, $3 how many. Indexes: topic_subscription_device_id_idx, topic_subscription_pkey. */
export const ERASE_TOPICS = `
  DELETE FROM topic_subscription WHERE (app_id, topic, device_id) IN (
    SELECT app_id, topic, device_id FROM topic_subscription WHERE app_id = $1 AND device_id = ANY ($2::uuid[]) LIMIT $3)`;
