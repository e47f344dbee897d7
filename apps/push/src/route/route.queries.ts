/** Whether a suspect device may be tried once more: a day after it became suspect, and after the last such try. */
const IS_DUE = `status_at <= now() - interval '24 hours' AND coalesce(proved_at, '-infinity') <= now() - interval '24 hours'`;

/**
 * One row per device, active or suspect, of each (notification, user) asked for. One half per partial index:
 * device_active_of_user_idx and device_ended_of_user_idx.
 */
export const DEVICES_OF_USERS = `
  WITH asked AS MATERIALIZED (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS a (notification, app, "user"))
  SELECT asked.notification, asked."user" AS "userId", d.id, d.session_id AS "sessionId", d.target_kind AS "targetKind",
    d.status, false AS due
  FROM asked JOIN device d ON d.app_id = asked.app AND d.user_id = asked."user" AND d.status = 'active'
  UNION ALL
  SELECT asked.notification, asked."user", d.id, d.session_id, d.target_kind, d.status, ${IS_DUE}
  FROM asked JOIN device d ON d.app_id = asked.app AND d.user_id = asked."user" AND d.status <> 'active' AND d.status = 'suspect'
  ORDER BY id`;

/** Index: device_app_id_installation_id_key. An installation may be suspect or deleted: that is a refusal with a reason. */
export const DEVICES_OF_INSTALLATIONS = `
  SELECT asked.notification, d.id, d.target_kind AS "targetKind", d.status, d.status = 'suspect' AND ${IS_DUE} AS due
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS asked (notification, app, installation)
  JOIN device d ON d.app_id = asked.app AND d.installation_id = asked.installation`;

/**
 * Takes the proofs that nobody else took meanwhile. $1 devices. Index: device_pkey. Locked in the order of ids, as
 * everyone locks devices.
 */
export const TAKE_PROOFS = `
  WITH due AS MATERIALIZED (
    SELECT id FROM device WHERE id = ANY ($1::uuid[]) AND status = 'suspect' AND ${IS_DUE} ORDER BY id FOR UPDATE
  )
  UPDATE device d SET proved_at = now() FROM due WHERE d.id = due.id RETURNING d.id`;

/** Refusals are final when they are made. Index: delivery_pkey. */
export const INSERT_REFUSALS = `
  INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt, reason)
  SELECT id, app_id, notification_id, device_id, provider, 'refused', 0, reason
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[])
    AS r (id, app_id, notification_id, device_id, provider, reason)
  ON CONFLICT (id) DO NOTHING`;
