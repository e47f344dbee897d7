/** Index: device_pkey. */
export const DEVICES_BY_ID = `
  SELECT id, target, target_kind AS "targetKind", environment, bundle_id AS "bundleId", registered_at AS "registeredAt", status
  FROM device WHERE id = ANY ($1::uuid[])`;

/** Index: delivery_pkey; the bounds on id prune the partitions. */
export const DELIVERIES_BY_ID = `
  SELECT id, state, attempt FROM delivery WHERE id = ANY ($1::uuid[]) AND id BETWEEN $2::uuid AND $3::uuid`;

/** Index: hold_pkey. Milliseconds until the longest hold on the credential and lane ends. */
export const HELD_FOR = `
  SELECT extract(epoch FROM max(until) - now())::float8 * 1000 AS "heldFor", max(reason) AS reason
  FROM hold WHERE credential_id = $1 AND lane IN ($2, '*') AND until > now()`;
