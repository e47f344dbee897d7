/** $1 app, $2 user. Index: push_user_pkey. */
export const ATTRIBUTES = `SELECT attributes FROM push_user WHERE app_id = $1 AND user_id = $2`;

/** The same, and changes of them run one after another, also the first two. Index: push_user_pkey. */
export const LOCK_ATTRIBUTES = `
  INSERT INTO push_user AS u (app_id, user_id) VALUES ($1, $2)
  ON CONFLICT (app_id, user_id) DO UPDATE SET attributes = u.attributes
  RETURNING attributes`;

/** $3 attributes. Index: push_user_pkey. */
export const PUT_ATTRIBUTES = `UPDATE push_user SET attributes = $3::jsonb WHERE app_id = $1 AND user_id = $2`;
