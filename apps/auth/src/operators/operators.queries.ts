/** $1 app. Indexes: operator_app_id_user_id_idx, auth_user_pkey. There are as many as people work here. */
export const LIST_OPERATORS = `
  SELECT o.user_id AS "userId", u.email, o.role, o.granted_at AS "grantedAt"
  FROM operator o JOIN auth_user u ON u.id = o.user_id
  WHERE o.app_id = $1 AND u.status = 'active' ORDER BY o.user_id`;

/** $1 user, $2 app, $3 role. Index: operator_pkey. */
export const GRANT_OPERATOR = `
  INSERT INTO operator (user_id, app_id, role) VALUES ($1, $2, $3)
  ON CONFLICT (user_id) DO UPDATE SET role = excluded.role, granted_at = now()`;

/** $1 user. Index: operator_pkey. */
export const REMOVE_OPERATOR = `DELETE FROM operator WHERE user_id = $1`;

/** A user whose address the operator vouches for. $1 id, $2 app, $3 address, $4 its key, $5 hash or null. Index: auth_user_app_id_email_key_key. */
export const INSERT_VOUCHED_USER = `
  INSERT INTO auth_user (id, app_id, email, email_key, email_verified_at, password_hash, password_changed_at)
  VALUES ($1, $2, $3, $4, now(), $5, CASE WHEN $5::text IS NULL THEN NULL ELSE now() END)`;

/** $1 app, $2 user, $3 unused: there is one. Index: operator_pkey. */
export const ERASE_OPERATOR = `DELETE FROM operator WHERE app_id = $1 AND user_id = $2 AND $3::int > 0`;
