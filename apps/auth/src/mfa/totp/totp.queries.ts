/** Takes the place of one that still waits. $1 id, $2 app, $3 user, $4 name, $5 sealed. Index: totp_factor_pending_key. */
export const ENROL = `
  INSERT INTO totp_factor (id, app_id, user_id, name, sealed) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (user_id) WHERE confirmed_at IS NULL DO UPDATE
  SET id = excluded.id, name = excluded.name, sealed = excluded.sealed, created_at = excluded.created_at`;

/** $1 user, $2 id, $3 seconds that it may wait. Index: totp_factor_pkey. */
export const PENDING = `
  SELECT sealed FROM totp_factor
  WHERE id = $2 AND user_id = $1 AND confirmed_at IS NULL AND created_at > now() - $3 * interval '1 s'`;

/** The code that confirmed it is used up with that. $1 user, locked by the caller; $2 id, $3 step. Index: totp_factor_pkey. */
export const CONFIRM = `
  UPDATE totp_factor SET confirmed_at = now(), last_step = $3
  WHERE id = $2 AND user_id = $1 AND confirmed_at IS NULL RETURNING id`;

/** $1 user, locked by the caller. Index: totp_factor_confirmed_key. */
export const DELETE_CONFIRMED = `
  DELETE FROM totp_factor WHERE user_id = $1 AND confirmed_at IS NOT NULL RETURNING id`;

/** $1 app, $2 user. Index: totp_factor_confirmed_key. */
export const CONFIRMED = `
  SELECT id, sealed FROM totp_factor WHERE user_id = $2 AND app_id = $1 AND confirmed_at IS NOT NULL`;

/** Of all who bring a code of one step, the first changes a row. $1 id, $2 step. Index: totp_factor_pkey. */
export const USE_STEP = `
  UPDATE totp_factor SET last_step = $2, last_used_at = now() WHERE id = $1 AND last_step < $2 RETURNING id`;
