/** Begins a session that nobody has tokens of yet. */
export const BEGIN_SESSION = `
  INSERT INTO auth_session (id, app_id, user_id, client_id, device_id, device_name, user_agent, prefix, country, anomaly, auth_time, acr, amr, expires_at,
    installation)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`;

/**
 * The users of these sessions. Whoever takes several sessions of a user takes the user first, so that two who do come one after the
 * other. Uses auth_session_pkey, auth_user_pkey.
 */
export const HOLD_OWNERS = `
  SELECT FROM auth_user WHERE id = ANY (ARRAY(SELECT user_id FROM auth_session WHERE id = ANY ($1::uuid[])))
   ORDER BY id FOR NO KEY UPDATE`;

/** Its first tokens are fetched. Nothing comes back where it was revoked meanwhile, or they were fetched before. Uses auth_session_pkey. */
export const ACTIVATE_SESSION = `
  UPDATE auth_session SET activated_at = now(), last_seen_at = now(), jkt = $2
   WHERE id = $1 AND revoked_at IS NULL AND activated_at IS NULL
  RETURNING id, app_id, user_id, client_id, device_id, installation, device_name, jkt, prefix, country, anomaly, acr, amr`;

/** Older sessions of the device that has just signed in again: same key, or same installation, or where none is named same browser. Uses auth_session_user_id_id_idx. */
export const SUPERSEDED_SESSIONS = `
  SELECT id FROM auth_session
   WHERE user_id = $1 AND id <> $2 AND client_id = $3 AND revoked_at IS NULL
     AND ((jkt IS NOT NULL AND jkt = $4) OR coalesce(installation, device_id) = $5)`;

/** Ends sessions that were not ended before. Uses auth_session_pkey. */
export const REVOKE_SESSIONS = `
  UPDATE auth_session SET revoked_at = now(), revoked_reason = $2
   WHERE id = ANY ($1::uuid[]) AND revoked_at IS NULL
  RETURNING id, app_id, user_id, client_id, device_id`;

/** Takes devices out of those that are known to their users. $1 users, $2 their devices. Uses known_device_pkey. */
export const FORGET_DEVICES = `
  DELETE FROM known_device known USING unnest($1::uuid[], $2::bytea[]) AS gone (user_id, device)
   WHERE known.user_id = gone.user_id AND known.device = gone.device`;

/** Whoever is signed in in a browser has to show again who it is. Uses auth_user_pkey. */
export const SIGN_BROWSERS_OUT = `UPDATE auth_user SET signed_out_at = now() WHERE app_id = $1 AND id = $2`;

/** Sign-ins of a user that are under way begin again. $1 app, $2 user, held by the caller. Sequential over the sign-ins of half an hour. */
export const FORGET_HALF_SIGN_INS = `DELETE FROM sign_in_progress WHERE app_id = $1 AND user_id = $2`;

/**
 * Whether session \`s\`, which was begun, can still be used: it has a refresh token that has not run out, so it was seen lately enough.
 * Uses oidc_record_grant_id_idx.
 */
const IN_USE = `
  s.expires_at > now()
  AND EXISTS (SELECT FROM oidc_record r WHERE r.grant_id = s.id AND r.kind = 'RefreshToken' AND r.expires_at > now())`;

/** Live sessions of a user, and those whose first tokens may still be fetched. Uses auth_session_user_id_id_idx. */
export const LIVE_SESSION_IDS = `
  SELECT s.id FROM auth_session s
   WHERE s.app_id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND ($3::uuid IS NULL OR s.id <> $3)
     AND CASE WHEN s.activated_at IS NULL THEN s.created_at > now() - interval '1 hour' ELSE ${IN_USE} END`;

/** What the engine kept for those sessions, refresh tokens aside: they stay, to say why they count no longer. Uses oidc_record_grant_id_idx. */
export const FORGET_GRANTS = `DELETE FROM oidc_record WHERE grant_id = ANY ($1::uuid[]) AND kind <> 'RefreshToken'`;

/** A refresh token of these sessions that was used before now may not be sent again. Uses auth_session_pkey. */
export const CLOSE_GRACE = `
  UPDATE auth_session SET grace_closed_at = now() WHERE id = ANY ($1::uuid[]) AND revoked_at IS NULL
  RETURNING id, app_id, user_id, client_id`;

/** A user's devices, those seen last first. Uses auth_session_user_id_id_idx. */
export const LIST_SESSIONS = `
  SELECT s.id, s.client_id, s.device_name, s.user_agent, s.country, s.auth_time, s.acr, s.amr, s.created_at, s.last_seen_at, s.expires_at
    FROM auth_session s
   WHERE s.app_id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.activated_at IS NOT NULL AND ${IN_USE}
   ORDER BY s.last_seen_at DESC LIMIT 200`;

/** Whether a session has ended; it does not before the caller's transaction does. Uses auth_session_pkey. */
export const HOLD_SESSION = `SELECT revoked_at FROM auth_session WHERE id = $1 FOR SHARE`;

/** Whose a session is. Uses auth_session_pkey. */
export const SESSION_OWNER = `SELECT app_id, user_id FROM auth_session WHERE id = $1`;
