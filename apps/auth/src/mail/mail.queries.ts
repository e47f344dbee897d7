/** $1 id, $2 app, $3 user, $4 template, $5 sealed, $6 seconds that it lives. */
export const INSERT_MAIL = `
  INSERT INTO auth_mail (id, app_id, user_id, template, sealed, expires_at)
  VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 s')`;

/** Primary key. */
export const READ_MAIL = `
  SELECT id, app_id AS "appId", user_id AS "userId", template, sealed, expires_at <= now() AS expired,
    extract(epoch FROM now() - created_at)::float8 AS "ageSeconds"
  FROM auth_mail WHERE id = $1`;

/** Primary key. */
export const DELETE_MAIL = `DELETE FROM auth_mail WHERE id = $1 RETURNING id`;
