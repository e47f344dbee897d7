/** $1 app, $2 the address's key. Index: auth_user_app_id_email_key_key. */
export const FIND_BY_EMAIL = `
  SELECT id, email, email_key AS "emailKey", email_verified_at IS NOT NULL AS verified, name, locale, status
  FROM auth_user WHERE app_id = $1 AND email_key = $2`;

/** $1 app, $2 user. Primary key. */
export const FIND_BY_ID = `
  SELECT id, email, email_key AS "emailKey", email_verified_at IS NOT NULL AS verified, name, locale, status
  FROM auth_user WHERE id = $2 AND app_id = $1`;

/** $1 app, $2 the address's key. Index: auth_user_app_id_email_key_key. */
export const FIND_FOR_SIGN_IN = `
  SELECT id, password_hash AS "passwordHash", password_changed_at::text AS "passwordVersion", status, email_verified_at IS NOT NULL AS verified
  FROM auth_user WHERE app_id = $1 AND email_key = $2`;

/** $1 id, $2 app, $3 address, $4 its key, $5 name, $6 locale, $7 hash. Index: auth_user_app_id_email_key_key. */
export const INSERT_USER = `
  INSERT INTO auth_user (id, app_id, email, email_key, name, locale, password_hash, password_changed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, now())
  ON CONFLICT (app_id, email_key) DO NOTHING RETURNING id`;

/** $1 user, $2 the new hash, $3 the old one: whoever changed the password meanwhile is not overwritten. Primary key. */
export const REHASH = `
  UPDATE auth_user SET password_hash = $2, updated_at = now() WHERE id = $1 AND password_hash = $3`;

/** $1 user, $2 hash, $3 the address that the user proved by the way; null: none. Primary key. */
export const SET_PASSWORD = `
  UPDATE auth_user u SET password_hash = $2, password_changed_at = now(), updated_at = now(),
    email_verified_at = CASE WHEN $3::text IS NULL THEN u.email_verified_at ELSE coalesce(u.email_verified_at, now()) END
  FROM auth_user before
  WHERE u.id = $1 AND before.id = u.id AND u.status = 'active' AND ($3::text IS NULL OR u.email_key = $3)
  RETURNING u.email, u.locale, before.email_verified_at IS NULL AND u.email_verified_at IS NOT NULL AS "nowVerified"`;

/** $1 user, $2 the address's key. Primary key. */
export const VERIFY_EMAIL = `
  UPDATE auth_user u SET email_verified_at = coalesce(u.email_verified_at, now()), updated_at = now()
  FROM auth_user before
  WHERE u.id = $1 AND before.id = u.id AND u.status = 'active' AND u.email_key = $2
  RETURNING before.email_verified_at IS NULL AS "nowVerified"`;

/** $1 user, locked by the caller; $2 address, $3 its key. Primary key. Fails where another user has the address. Answers what there was before. */
export const CHANGE_EMAIL = `
  UPDATE auth_user u SET email = $2, email_key = $3, email_verified_at = now(), updated_at = now()
  FROM auth_user before
  WHERE u.id = $1 AND before.id = u.id AND u.status = 'active'
  RETURNING before.email, before.email_key AS "emailKey", before.email_verified_at AS "verifiedAt", u.locale`;

/** $1 user, $2 address, $3 its key, $4 when it was proven; all null: no address. Primary key. Fails where another user has the address. */
export const PUT_EMAIL_BACK = `
  UPDATE auth_user SET email = $2, email_key = $3, email_verified_at = $4, updated_at = now() WHERE id = $1 AND status = 'active'`;

/** $1 app, $2 user, $3 whether the name is to be changed, $4 name, $5 locale or null. Primary key. */
export const CHANGE_PROFILE = `
  UPDATE auth_user SET name = CASE WHEN $3 THEN $4 ELSE name END, locale = coalesce($5, locale), updated_at = now()
  WHERE id = $2 AND app_id = $1 AND status = 'active' RETURNING id`;

/** $1 app, $2 user. Primary key. */
export const READ_PROFILE = `
  SELECT id, email, email_verified_at IS NOT NULL AS "emailVerified", name, locale, password_hash IS NOT NULL AS "hasPassword",
    created_at AS "createdAt"
  FROM auth_user WHERE id = $2 AND app_id = $1 AND status = 'active'`;

/**
 * $1 app, $2 the address's key. Takes an address from the user who never proved that it is theirs, with the password that came
 * with it. Index: auth_user_app_id_email_key_key.
 */
export const RELEASE_UNPROVEN = `
  UPDATE auth_user SET email = NULL, email_key = NULL, password_hash = NULL, password_changed_at = NULL, updated_at = now()
  WHERE app_id = $1 AND email_key = $2 AND email_verified_at IS NULL
  RETURNING id`;
