/** One process at a time decides about keys. */
export const LOCK_KEYS = `SELECT pg_advisory_xact_lock(hashtext('oidc_signing_key'))`;

/** What is published: the signing key first, its successor, and the retired ones whose tokens may still be about. A handful of rows. */
export const PUBLISHED_KEYS = `
  SELECT kid, public_jwk, sealed, state, created_at, current_since, retired_at
    FROM oidc_signing_key
   WHERE state <> 'retired' OR retired_at > now() - make_interval(secs => $1)
   ORDER BY state = 'current' DESC, state = 'next' DESC, retired_at DESC`;

export const INSERT_KEY = `
  INSERT INTO oidc_signing_key (kid, public_jwk, sealed, state, current_since)
  VALUES ($1, $2, $3, $4, CASE WHEN $4 = 'current' THEN now() END)`;

/** Which states there are. Uses oidc_signing_key_state_key. */
export const KEYS_IN_USE = `SELECT kid, state, current_since, created_at FROM oidc_signing_key WHERE state <> 'retired'`;

export const RETIRE_CURRENT = `UPDATE oidc_signing_key SET state = 'retired', retired_at = now() WHERE state = 'current'`;

/** Somebody else knows it. Uses oidc_signing_key_state_key. */
export const DELETE_CURRENT = `DELETE FROM oidc_signing_key WHERE state = 'current'`;

export const PROMOTE_NEXT = `UPDATE oidc_signing_key SET state = 'current', current_since = now() WHERE state = 'next'`;

export const FORGET_RETIRED = `DELETE FROM oidc_signing_key WHERE state = 'retired' AND retired_at < now() - make_interval(secs => $1)`;
