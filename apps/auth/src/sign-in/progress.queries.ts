/** What a visitor has proven in one interaction. Uses sign_in_progress_pkey. */
export const READ_PROGRESS = `SELECT user_id, amr, needs, data FROM sign_in_progress WHERE id = $1 AND expires_at > now()`;

/** Uses sign_in_progress_pkey. Minutes in $7. */
export const WRITE_PROGRESS = `
  INSERT INTO sign_in_progress (id, app_id, user_id, amr, needs, data, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(mins => $7))
  ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, amr = excluded.amr, needs = excluded.needs, data = excluded.data`;

/** Uses sign_in_progress_pkey. */
export const FORGET_PROGRESS = `DELETE FROM sign_in_progress WHERE id = $1`;
