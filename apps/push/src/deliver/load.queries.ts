/** Index: device_pkey. */
export const DEVICES_BY_ID = `
  SELECT id, target, target_kind AS "targetKind", environment, bundle_id AS "bundleId", registered_at AS "registeredAt", status,
    user_id AS "userId", session_id AS "sessionId", signed_out_user_id AS "signedOutUserId"
  FROM device WHERE id = ANY ($1::uuid[])`;

/** Index: delivery_pkey; the bounds on id prune the partitions. */
export const DELIVERIES_BY_ID = `
  SELECT id, state, attempt FROM delivery WHERE id = ANY ($1::uuid[]) AND id BETWEEN $2::uuid AND $3::uuid`;

/** Index: category_pkey. */
export const CATEGORIES_SENT_AT_MOST_ONCE = `
  SELECT name FROM category WHERE app_id = $1 AND name = ANY ($2::text[]) AND guarantee = 'at-most-once'`;
