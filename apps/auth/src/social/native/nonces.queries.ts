/** Seconds in $4. */
export const GIVE_NONCE = `
  INSERT INTO native_nonce (id, app_id, provider, expires_at) VALUES ($1, $2, $3, now() + make_interval(secs => $4))`;

/** One that may still be used, held. Uses native_nonce_pkey. */
export const HOLD_NONCE = `
  SELECT proof, outcome FROM native_nonce
   WHERE id = $1 AND app_id = $2 AND provider = $3 AND used_at IS NULL AND expires_at > now() FOR UPDATE`;

/** Uses native_nonce_pkey. */
export const USE_NONCE = `UPDATE native_nonce SET used_at = now(), outcome = NULL WHERE id = $1`;

/** What was proven with it, until its user has said whether it has an account. Uses native_nonce_pkey. */
export const KEEP_PROOF = `UPDATE native_nonce SET proof = $2, outcome = $3 WHERE id = $1`;

/** Uses native_nonce_expires_at_idx. */
export const FORGET_NONCES = `DELETE FROM native_nonce WHERE expires_at < now() - interval '1 day'`;
