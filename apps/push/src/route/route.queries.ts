/** Index: device_active_of_user_idx. One row per device of each (notification, user) asked for. */
export const DEVICES_OF_USERS = `
  SELECT asked.notification, asked."user" AS "userId", d.id, d.target_kind AS "targetKind"
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS asked (notification, app, "user")
  JOIN device d ON d.app_id = asked.app AND d.user_id = asked."user" AND d.status = 'active'
  ORDER BY d.id`;

/** Index: device_app_id_installation_id_key. An installation may be suspect or deleted: that is a refusal with a reason. */
export const DEVICES_OF_INSTALLATIONS = `
  SELECT asked.notification, d.id, d.target_kind AS "targetKind", d.status
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS asked (notification, app, installation)
  JOIN device d ON d.app_id = asked.app AND d.installation_id = asked.installation`;

/** Refusals are final when they are made. Index: delivery_pkey. */
export const INSERT_REFUSALS = `
  INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt, reason)
  SELECT id, app_id, notification_id, device_id, provider, 'refused', 0, reason
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[])
    AS r (id, app_id, notification_id, device_id, provider, reason)
  ON CONFLICT (id) DO NOTHING`;
