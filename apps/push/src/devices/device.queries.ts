/** The columns of a DeviceRow. */
export const COLUMNS = `id, installation_id AS "installationId", user_id AS "userId", session_id AS "sessionId", platform, target_kind AS "targetKind", target,
  environment, bundle_id AS "bundleId", locale, time_zone AS "timeZone", app_version AS "appVersion", status,
  status_reason AS "statusReason", status_by AS "statusBy", status_at AS "statusAt",
  signed_out_at AS "signedOutAt", registered_at AS "registeredAt", last_seen_at AS "lastSeenAt"`;

/**
 * A phone that says nothing new: one statement, and a HOT update since no index has `last_seen_at`. No row: something
 * is new. $1 app, $2 installation, $3.. the registration. Index: device_app_id_installation_id_key.
 */
export const HEARTBEAT = `
  UPDATE device SET last_seen_at = now()
  WHERE app_id = $1 AND installation_id = $2 AND status = 'active'
    AND (user_id, session_id, platform, target_kind, target, environment, bundle_id, locale, time_zone, app_version, target_keys)
      IS NOT DISTINCT FROM ($3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text, $10::text, $11::text, $12::text,
        $13::jsonb)
  RETURNING ${COLUMNS}`;

/**
 * Registrations of one installation, or of one target, run one after another, also when neither has a row yet to lock.
 * Everyone takes the installation first: whoever waits for a target holds no other target, so nobody waits in a circle.
 * The session last, which keeps its end waiting: that locks sessions, and no other name. $1 the installation's name, $2 the
 * target's, $3 the session's; of null nothing is locked.
 */
export const LOCK_NAMES = `
  SELECT pg_advisory_xact_lock(hashtextextended($1, 0)), pg_advisory_xact_lock(hashtextextended($2, 0)),
    pg_advisory_xact_lock(hashtextextended($3, 0))`;

/**
 * The installation's own row and every live row that holds the target, locked in id order, the order in which everyone
 * locks devices. $1 app, $2 installation, $3 target kind, $4 target.
 * Indexes: device_app_id_installation_id_key, device_app_id_target_idx.
 */
export const LOCK_INVOLVED = `
  SELECT id, installation_id AS "installationId", target_kind AS "targetKind", target, status FROM device
  WHERE app_id = $1 AND (installation_id = $2 OR (target = $4 AND target_kind = $3 AND status <> 'deleted'))
  ORDER BY id FOR UPDATE`;

/** $1 id if the row is new, $2 app, $3 installation, $4.. the registration. Index: device_app_id_installation_id_key. */
export const UPSERT = `
  INSERT INTO device (id, app_id, installation_id, user_id, session_id, platform, target_kind, target, environment, bundle_id,
    locale, time_zone, app_version, target_keys, status)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'active')
  ON CONFLICT (app_id, installation_id) DO UPDATE SET
    user_id = excluded.user_id, session_id = excluded.session_id, signed_out_user_id = NULL, signed_out_at = NULL,
    platform = excluded.platform, target_kind = excluded.target_kind, target = excluded.target,
    environment = excluded.environment, bundle_id = excluded.bundle_id, locale = excluded.locale,
    time_zone = excluded.time_zone, app_version = excluded.app_version, target_keys = excluded.target_keys,
    status = 'active', status_reason = NULL, status_by = NULL, status_credential_id = NULL, proved_at = NULL,
    status_at = CASE WHEN device.status = 'active' THEN device.status_at ELSE now() END, last_seen_at = now(),
    registered_at = CASE
      WHEN device.status = 'active' AND (device.target_kind, device.target) = (excluded.target_kind, excluded.target)
      THEN device.registered_at ELSE now() END
  RETURNING ${COLUMNS}`;

/** $1 ids, $2 reason, $3 who ended them. Index: device_pkey. The rows are locked by the caller. */
export const MARK_DELETED = `
  UPDATE device SET status = 'deleted', status_reason = $2, status_by = $3, status_credential_id = NULL,
    status_at = CASE WHEN status = 'deleted' THEN status_at ELSE now() END
  WHERE id = ANY ($1::uuid[])`;

/** $1 app, $2 installation. Index: device_app_id_installation_id_key. */
export const LOCK_INSTALLATION = `
  SELECT id, status, status_by AS "statusBy" FROM device WHERE app_id = $1 AND installation_id = $2 FOR UPDATE`;

/** $1 app, $2 installation. Index: device_app_id_installation_id_key. */
export const BY_INSTALLATION = `SELECT ${COLUMNS} FROM device WHERE app_id = $1 AND installation_id = $2`;

/**
 * $1 app, $2 user, $3 the id to begin behind, $4 how many, $5 the statuses. One half per partial index:
 * device_active_of_user_idx and device_ended_of_user_idx.
 */
export const OF_USER = `
  SELECT ${COLUMNS} FROM device
  WHERE app_id = $1 AND user_id = $2 AND id > $3::uuid AND status = 'active' AND 'active' = ANY ($5::text[])
  UNION ALL
  SELECT ${COLUMNS} FROM device
  WHERE app_id = $1 AND user_id = $2 AND id > $3::uuid AND status <> 'active' AND status = ANY ($5::text[])
  ORDER BY id LIMIT $4`;
