/** One after the other for one person at one provider. */
export const LOCK_IDENTITY = `SELECT pg_advisory_xact_lock(hashtextextended($1, 20261130000400))`;

/** Uses identity_app_id_issuer_subject_key and auth_user_pkey. Seconds in $4. */
export const FIND_IDENTITY = `
  SELECT i.id, i.user_id, i.provider, i.withdrawn_at IS NOT NULL AS withdrawn,
         i.suspended_at > now() - make_interval(secs => $4) AS suspended, u.status
    FROM identity i JOIN auth_user u ON u.id = i.user_id
   WHERE i.app_id = $1 AND i.issuer = $2 AND i.subject = $3`;

export const INSERT_IDENTITY = `
  INSERT INTO identity (id, app_id, user_id, provider, issuer, subject, client_id, email, email_verified, is_private_email, refresh_token)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;

/** It was shown again. A refresh token and the client that it is for belong together. Uses identity_pkey. */
export const TOUCH_IDENTITY = `
  UPDATE identity
     SET last_used_at = now(), suspended_at = NULL, withdrawn_at = NULL, provider = $2, email = coalesce($3, email),
         email_verified = CASE WHEN $3::text IS NULL THEN email_verified ELSE $4 END, is_private_email = is_private_email OR $5,
         client_id = CASE WHEN $7::bytea IS NULL THEN client_id ELSE $6 END, refresh_token = coalesce($7, refresh_token)
   WHERE id = $1`;

/** Uses auth_user_app_id_email_key_key. */
export const LOCK_USER_BY_EMAIL = `
  SELECT id, status, email_verified_at IS NOT NULL AS verified FROM auth_user WHERE app_id = $1 AND email_key = $2 FOR UPDATE`;

/** Nothing comes back where somebody has the address by now. Uses auth_user_app_id_email_key_key. */
export const INSERT_USER = `
  INSERT INTO auth_user (id, app_id, email, email_key, email_verified_at, name, locale)
  VALUES ($1, $2, $3, $4, CASE WHEN $3::text IS NULL THEN NULL ELSE now() END, $5, $6)
  ON CONFLICT (app_id, email_key) DO NOTHING
  RETURNING id`;

/** Uses auth_user_pkey. */
export const NAME_USER = `UPDATE auth_user SET name = $2, updated_at = now() WHERE id = $1 AND name IS NULL`;

/** Uses identity_user_id_idx. */
export const LIST_IDENTITIES = `
  SELECT id, provider, issuer, email, is_private_email, linked_at, last_used_at, suspended_at IS NOT NULL AS suspended
    FROM identity
   WHERE app_id = $1 AND user_id = $2 AND withdrawn_at IS NULL
   ORDER BY linked_at, id`;

/** Of two ways in that are taken away at once, the second is looked at when the first is gone. Uses auth_user_pkey. */
export const HOLD_USER = `SELECT FROM auth_user WHERE app_id = $1 AND id = $2 FOR UPDATE`;

/** Uses identity_pkey. */
export const DELETE_IDENTITY = `
  DELETE FROM identity WHERE id = $3 AND app_id = $1 AND user_id = $2 RETURNING id, provider, client_id, refresh_token`;

/** Who a user is anywhere else. Uses identity_user_id_idx. $3: those since; null: all. */
export const DROP_IDENTITIES = `
  DELETE FROM identity WHERE app_id = $1 AND user_id = $2 AND ($3::timestamptz IS NULL OR linked_at >= $3)`;

/** Those whose tokens the provider may still take. Uses identity_user_id_idx. */
export const REVOCABLE_IDENTITIES = `
  SELECT id, app_id, provider, client_id, refresh_token FROM identity WHERE user_id = $1 AND refresh_token IS NOT NULL`;

/** Uses identity_pkey. */
export const FORGET_REFRESH_TOKEN = `UPDATE identity SET refresh_token = NULL WHERE id = $1`;
