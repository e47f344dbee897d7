/** $1 app, $2 user. Index: auth_user_pkey. */
export const LOCK_USER = `
  SELECT id FROM auth_user WHERE id = $2 AND app_id = $1 AND status = 'active' FOR NO KEY UPDATE`;

/** How a user is called where a user reads it. $1 app, $2 user. Index: auth_user_pkey. */
export const USER_SHOWN = `SELECT email, name FROM auth_user WHERE id = $2 AND app_id = $1 AND status = 'active'`;

/**
 * Whom a mail goes to, and how they know the app; none for a user without a proven address: its mailbox may be anybody's. $1 app, $2 user. Indexes: auth_user_pkey,
 * app_pkey, auth_settings_pkey.
 */
export const MAIL_READER = `
  SELECT u.email, u.locale, coalesce(s.settings #>> '{theme,displayName}', a.name) AS "appName"
  FROM auth_user u JOIN app a ON a.id = u.app_id LEFT JOIN auth_settings s ON s.app_id = u.app_id
  WHERE u.id = $2 AND u.app_id = $1 AND u.email IS NOT NULL AND u.email_verified_at IS NOT NULL`;

/** What counts. $1 app, $2 user. Indexes: totp_factor_confirmed_key, passkey_user_id_id_idx. */
export const FACTORS_OF = `
  SELECT id, 'totp' AS kind, name, NULL::boolean AS synced, created_at AS "createdAt", last_used_at AS "lastUsedAt"
  FROM totp_factor WHERE user_id = $2 AND app_id = $1 AND confirmed_at IS NOT NULL
  UNION ALL
  SELECT id, 'passkey', name, synced, created_at, last_used_at FROM passkey WHERE user_id = $2 AND app_id = $1
  ORDER BY id`;

/** $1 user. Indexes: totp_factor_confirmed_key, passkey_user_id_id_idx, recovery_code_pkey. */
export const METHODS_OF = `
  SELECT EXISTS (SELECT FROM totp_factor WHERE user_id = $1 AND confirmed_at IS NOT NULL) AS totp,
    EXISTS (SELECT FROM passkey WHERE user_id = $1) AS passkey,
    EXISTS (SELECT FROM recovery_code WHERE user_id = $1 AND used_at IS NULL) AS recovery_code`;

/** $1 user, locked by the caller; $2 id. Indexes: totp_factor_pkey, passkey_pkey. */
export const DELETE_FACTOR = `
  WITH totp AS (DELETE FROM totp_factor WHERE id = $2 AND user_id = $1)
  DELETE FROM passkey WHERE id = $2 AND user_id = $1`;

/** What was set up since $3. $1 app, $2 user. Indexes: totp_factor_confirmed_key, totp_factor_pending_key, passkey_user_id_id_idx. */
export const DELETE_FACTORS_SINCE = `
  WITH totp AS (DELETE FROM totp_factor WHERE user_id = $2 AND app_id = $1 AND created_at >= $3)
  DELETE FROM passkey WHERE user_id = $2 AND app_id = $1 AND created_at >= $3`;

/** A set that was made since $3. $1 app, $2 user. Index: recovery_code_pkey. */
export const DELETE_CODES_SINCE = 'DELETE FROM recovery_code WHERE user_id = $2 AND app_id = $1 AND created_at >= $3';

/** Recovery codes of a user who has nothing that they stand in for. $1 app, $2 user. Index: recovery_code_pkey. */
export const DELETE_IDLE_CODES = `
  DELETE FROM recovery_code WHERE user_id = $2 AND app_id = $1
    AND NOT EXISTS (SELECT FROM totp_factor WHERE user_id = $2 AND confirmed_at IS NOT NULL)
    AND NOT EXISTS (SELECT FROM passkey WHERE user_id = $2)`;

/**
 * What was only begun, too. $1 app, $2 user. Indexes: totp_factor_confirmed_key, totp_factor_pending_key, passkey_user_id_id_idx,
 * recovery_code_pkey; sequential over what is asked of authenticators right now.
 */
export const DELETE_ALL_FACTORS = `
  WITH confirmed AS (DELETE FROM totp_factor WHERE user_id = $2 AND app_id = $1 AND confirmed_at IS NOT NULL),
    pending AS (DELETE FROM totp_factor WHERE user_id = $2 AND app_id = $1 AND confirmed_at IS NULL),
    asked AS (DELETE FROM passkey_challenge WHERE user_id = $2 AND app_id = $1),
    codes AS (DELETE FROM recovery_code WHERE user_id = $2 AND app_id = $1)
  DELETE FROM passkey WHERE user_id = $2 AND app_id = $1`;
