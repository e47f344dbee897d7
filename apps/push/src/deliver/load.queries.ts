/** Each registration of a target counts, also one that says nothing new. Index: device_pkey. */
export const DEVICES_BY_ID = `
  SELECT id, target, target_kind AS "targetKind", target_keys AS "targetKeys", environment, bundle_id AS "bundleId",
    last_seen_at AS "registeredAt", status, user_id AS "userId", session_id AS "sessionId", signed_out_user_id AS "signedOutUserId"
  FROM device WHERE id = ANY ($1::uuid[])`;

/** Index: delivery_pkey; the bounds on id prune the partitions. */
export const DELIVERIES_BY_ID = `
  SELECT id, state, attempt FROM delivery WHERE id = ANY ($1::uuid[]) AND id BETWEEN $2::uuid AND $3::uuid`;

/** $1 app, $2 names. The policy in force; index: push_policy_pkey. */
export const CATEGORIES_SENT_AT_MOST_ONCE = `
  SELECT category.key AS name
  FROM (SELECT document FROM push_policy WHERE app_id = $1 ORDER BY version DESC LIMIT 1) AS policy
  CROSS JOIN LATERAL jsonb_each(policy.document -> 'categories') AS category
  WHERE category.key = ANY ($2::text[]) AND category.value ->> 'guarantee' = 'at-most-once'`;

/**
 * How to write to whoever holds some devices: in the language and by the clock that the user chose, else the phone's, else the
 * app's default. $1 app, $2 devices. Indexes: device_pkey, push_user_pkey, push_policy_pkey.
 */
export const READERS = `
  SELECT d.id, coalesce(u.locale, d.locale, policy.locale) AS locale, coalesce(u.time_zone, d.time_zone, policy.zone) AS "timeZone"
  FROM device d
  LEFT JOIN push_user u ON u.app_id = d.app_id AND u.user_id = d.user_id
  LEFT JOIN (
    SELECT document #>> '{defaults,locale}' AS locale, document #>> '{defaults,timeZone}' AS zone
    FROM push_policy WHERE app_id = $1 ORDER BY version DESC LIMIT 1) AS policy ON true
  WHERE d.id = ANY ($2::uuid[]) AND d.app_id = $1`;

/** $1 the root of a work row. Index: broadcast_pkey. */
export const IS_CANCELLED_BROADCAST = `SELECT FROM broadcast WHERE id = $1 AND state = 'cancelled'`;
