/** Uses auth_user_pkey. */
export const FIND_USER = `
  SELECT id, app_id, email, email_verified_at, name, locale, signed_out_at, status FROM auth_user WHERE id = $1`;

/** Who is being erased stays so. Uses auth_user_pkey. */
export const SET_USER_STATUS = `
  UPDATE auth_user SET status = $3, updated_at = now() WHERE app_id = $1 AND id = $2 AND status <> 'erasing' RETURNING status`;

/** A page of an app's users. Uses auth_user_app_id_id_idx, with an address auth_user_app_id_email_key_key. */
export const LIST_USERS = `
  SELECT id, app_id, email, email_verified_at, name, locale, signed_out_at, status
    FROM auth_user
   WHERE app_id = $1 AND ($2::uuid IS NULL OR id > $2) AND ($3::text IS NULL OR email_key = $3)
   ORDER BY id LIMIT $4`;
