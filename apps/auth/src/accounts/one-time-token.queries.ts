/** $1 hash, $2 app, $3 user, $4 purpose, $5 the address's key, $6 the address where it is to be the user's, $7 seconds that it lives, $8 who asked. */
export const INSERT_TOKEN = `
  INSERT INTO one_time_token (hash, app_id, user_id, purpose, email_key, email, expires_at, session_id)
  VALUES ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 s', $8)`;

/** As above, for a code: the same one may be made again. */
export const INSERT_CODE = `${INSERT_TOKEN}
  ON CONFLICT (hash) DO UPDATE SET used_at = NULL, created_at = now(), expires_at = excluded.expires_at`;

/** Primary key. */
export const READ_TOKEN = `
  SELECT app_id AS "appId", user_id AS "userId", purpose, email_key AS "emailKey", email, session_id AS "sessionId",
    CASE WHEN used_at IS NOT NULL THEN 'used' WHEN expires_at <= now() THEN 'expired' ELSE 'good' END AS state
  FROM one_time_token WHERE hash = $1`;

/** Primary key. Of several that use it at the same moment, one gets a row. $2: the purposes it may have. */
export const USE_TOKEN = `
  UPDATE one_time_token SET used_at = now()
  WHERE hash = $1 AND purpose = ANY ($2::text[]) AND used_at IS NULL AND expires_at > now()
  RETURNING app_id AS "appId", user_id AS "userId", purpose, email_key AS "emailKey", email, session_id AS "sessionId"`;

/** Index: one_time_token_user_id_idx. What was sent to a user's mailbox before, for these purposes, is of no use any more. */
export const VOID_TOKENS = `
  UPDATE one_time_token SET used_at = now() WHERE user_id = $1 AND purpose = ANY ($2::text[]) AND used_at IS NULL`;
