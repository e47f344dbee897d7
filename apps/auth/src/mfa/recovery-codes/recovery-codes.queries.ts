/** $1 user, locked by the caller. Index: recovery_code_pkey. */
export const DELETE_CODES = `DELETE FROM recovery_code WHERE user_id = $1 RETURNING used_at`;

/** $1 app, $2 user, $3 hashes. */
export const INSERT_CODES = `
  INSERT INTO recovery_code (app_id, user_id, hash) SELECT $1, $2, hash FROM unnest($3::bytea[]) AS fresh (hash)`;

/** Of all who bring one code, the first changes a row. $1 app, $2 user, $3 hash. Index: recovery_code_pkey. */
export const USE_CODE = `
  UPDATE recovery_code SET used_at = now() WHERE user_id = $2 AND hash = $3 AND app_id = $1 AND used_at IS NULL
  RETURNING hash`;

/** $1 user. Index: recovery_code_pkey. */
export const CODES_LEFT = `SELECT count(*)::int AS left FROM recovery_code WHERE user_id = $1 AND used_at IS NULL`;
