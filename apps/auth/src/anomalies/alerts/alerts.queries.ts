import { ANSWER_TIME, deviceOf, vouchedAt } from '../vouched.queries.js';

/** Index: sign_in_alert_pkey. $1 id, $2 app, $3 user, $4 session or null, $5 device or null, $6 country or null, $7 codes, $8 hash. */
export const INSERT_ALERT = `
  INSERT INTO sign_in_alert (id, app_id, user_id, session_id, device, country, codes, token_hash, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + ${ANSWER_TIME})`;

/**
 * Live sessions that the user was asked about and said nothing to, with those that began on the same device since. Not for being used from
 * two networks: that is a session of the user's own. Indexes: auth_session_user_id_id_idx, session_trail_pkey,
 * sign_in_alert_user_id_created_at_idx. $1 user, $2 session that is asked about now, or null.
 */
export const SESSIONS_IN_QUESTION = `
  SELECT s.id FROM auth_session s LEFT JOIN session_trail t ON t.session_id = s.id
  WHERE s.user_id = $1 AND s.id IS DISTINCT FROM $2::uuid AND s.activated_at IS NOT NULL AND s.revoked_at IS NULL AND s.expires_at > now()
    AND EXISTS (
      SELECT FROM sign_in_alert a
      WHERE a.user_id = $1 AND a.created_at > now() - ${ANSWER_TIME} AND a.it_was_me_at IS NULL AND a.not_me_at IS NULL
        AND a.session_id IS NOT NULL AND NOT 'two_networks' = ANY (a.codes) AND (a.session_id = s.id OR a.device = t.device))
  ORDER BY s.id`;

/** Those who refuse the same user at once come one after the other. Index: auth_user_pkey. $1 user. */
export const LOCK_USER = 'SELECT FROM auth_user WHERE id = $1 FOR NO KEY UPDATE';

/** Whether the user was told of a refused sign-in within the hour. Index: sign_in_alert_user_id_created_at_idx. $1 user. */
export const RECENT_REFUSAL = `
  SELECT FROM sign_in_alert WHERE user_id = $1 AND created_at > now() - interval '1 hour' AND session_id IS NULL LIMIT 1`;

/** Whoever answers takes the row: two answers come one after the other. Index: sign_in_alert_pkey. $1 id. */
export const LOCK_ALERT = `
  SELECT app_id AS "appId", user_id AS "userId", session_id AS "sessionId", device, country, codes, token_hash AS "tokenHash",
    it_was_me_at AS "itWasMeAt", not_me_at AS "notMeAt"
  FROM sign_in_alert WHERE id = $1 AND expires_at > now() FOR UPDATE`;

/** Index: sign_in_alert_pkey. */
export const MARK_NOT_ME = 'UPDATE sign_in_alert SET not_me_at = now() WHERE id = $1';

/** Index: sign_in_alert_pkey. */
export const MARK_IT_WAS_ME = 'UPDATE sign_in_alert SET it_was_me_at = now() WHERE id = $1';

/**
 * Sessions of a user on devices that the user did not vouch for: unnamed ones, ones that are not remembered, and ones that came
 * with an alert that may still be answered. Indexes: auth_session_user_id_id_idx, session_trail_pkey, known_device_pkey.
 * $1 user.
 */
export const DOUBTFUL_SESSIONS = `
  SELECT s.id FROM auth_session s
  LEFT JOIN session_trail t ON t.session_id = s.id
  LEFT JOIN known_device d ON d.user_id = s.user_id AND d.device = t.device
  WHERE s.user_id = $1 AND s.activated_at IS NOT NULL AND s.revoked_at IS NULL AND s.expires_at > now()
    AND d.trusted_at IS NULL AND (d.first_seen_at IS NULL OR d.first_seen_at > now() - ${ANSWER_TIME})
  ORDER BY s.id`;

/**
 * Sessions that are refused with the one that was told: those that began with it or after it, on its device or on one that the user had not
 * vouched for before, however they ended since: a thief may have signed out. And all that were refused before. Of a session that was there
 * for longer than a week, devices are taken for vouched that were so a week ago. Indexes: auth_session_pkey, auth_session_user_id_id_idx,
 * known_device_pkey. $1 user, $2 session.
 */
export const REFUSED_SESSIONS = `
  SELECT s.id, s.revoked_at IS NULL AS "isOpen" FROM auth_session told
  JOIN auth_session s ON s.user_id = told.user_id ${deviceOf('s')}
  WHERE told.id = $2 AND told.user_id = $1 AND (s.revoked_reason = 'not_me' OR (s.created_at >= told.created_at AND (
    s.id = told.id OR s.device_id = told.device_id OR NOT ${vouchedAt(`greatest(told.created_at, now() - ${ANSWER_TIME})`)})))
  ORDER BY s.id`;

/** When a session began. Index: auth_session_pkey. */
export const SESSION_BEGAN = 'SELECT created_at AS since FROM auth_session WHERE id = $1';

/** Index: auth_user_pkey, password_reset_due_pkey. Who has no password has none to reset. $1 user. */
export const ASK_FOR_RESET = `
  INSERT INTO password_reset_due (user_id, app_id)
  SELECT id, app_id FROM auth_user WHERE id = $1 AND password_hash IS NOT NULL
  ON CONFLICT (user_id) DO UPDATE SET since = now() RETURNING 1`;

/** Index: sign_in_alert_expires_at_idx; in slices, so that no purge holds rows for long. */
export const PURGE_ALERTS = `
  DELETE FROM sign_in_alert WHERE id IN (
    SELECT id FROM sign_in_alert WHERE expires_at < now() ORDER BY expires_at LIMIT 5000) RETURNING 1`;
