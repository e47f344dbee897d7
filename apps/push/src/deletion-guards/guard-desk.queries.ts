/** Sequential: one row for each credential that ever had a device deleted. Index for what each holds: device_held_idx. */
export const GUARDS_TO_SHOW = `
  SELECT g.credential_id AS "credentialId", g.app_id AS "appId", g.provider, g.tripped_at AS "trippedAt",
    CASE WHEN g.open_until > now() THEN g.open_until END AS "openUntil",
    (SELECT count(*)::int FROM device d WHERE d.status_by = 'guard' AND d.status_credential_id = g.credential_id) AS held
  FROM deletion_guard g
  WHERE g.tripped_at IS NOT NULL OR g.open_until > now()
  ORDER BY g.tripped_at, g.credential_id`;

/**
 * A slice of what the guard holds. Index: device_held_idx, in the order of ids. A device that somebody else has locked is
 * about to get another status and is left to them: waiting for it, with the guard locked, could deadlock.
 * $1 credential, $2 how many.
 */
const HELD = `
  WITH held AS MATERIALIZED (
    SELECT id FROM device WHERE status_by = 'guard' AND status_credential_id = $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
  )`;
const ROW = `d.id, d.app_id AS "appId", d.installation_id AS "installationId"`;

/** As the provider said: the reason loses its "held: ". Undoing it stays possible. */
export const DELETE_HELD = `${HELD}
  UPDATE device d SET status = 'deleted', status_reason = regexp_replace(d.status_reason, '^held: ', ''),
    status_by = 'provider', status_at = now()
  FROM held WHERE d.id = held.id RETURNING ${ROW}, d.status_reason AS reason`;

/** As if nothing had been said. */
export const KEEP_HELD = `${HELD}
  UPDATE device d SET status = 'active', status_reason = NULL, status_by = NULL, status_credential_id = NULL,
    status_at = now(), proved_at = NULL
  FROM held WHERE d.id = held.id RETURNING ${ROW}, NULL AS reason`;

/**
 * Locks the guard of a known credential, which may not have needed one yet: an operator may open it before a large
 * clean-up. $1 credential, $2 allowance. Indexes: credential_pkey, deletion_guard_pkey.
 */
export const LOCK_OR_MAKE_GUARD = `
  INSERT INTO deletion_guard (credential_id, app_id, provider, allowance)
  SELECT id, app_id, provider, $2 FROM credential WHERE id = $1
  ON CONFLICT (credential_id) DO UPDATE SET allowance = deletion_guard.allowance
  RETURNING app_id AS "appId"`;

/** $1 credential, $2 allowance, $3 hours to stay open, or null. Index: deletion_guard_pkey. */
export const FREE_GUARD = `
  UPDATE deletion_guard SET tripped_at = NULL, allowance = $2, open_until = now() + $3::int * interval '1 hour'
  WHERE credential_id = $1`;
