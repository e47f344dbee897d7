/**
 * The newest of a purpose and a binding counts. What nobody answered is swept along the way, a few at a time.
 * $1 purpose, $2 binding, $3 challenge, $4 app, $5 user or null, $6 seconds. Indexes: passkey_challenge_pkey,
 * passkey_challenge_expires_at_idx.
 */
export const ISSUE_CHALLENGE = `
  WITH old AS (
    SELECT purpose, binding FROM passkey_challenge WHERE expires_at < now() AND (purpose, binding) <> ($1, $2)
    LIMIT 20 FOR UPDATE SKIP LOCKED),
  swept AS (DELETE FROM passkey_challenge c USING old WHERE c.purpose = old.purpose AND c.binding = old.binding)
  INSERT INTO passkey_challenge (purpose, binding, challenge, app_id, user_id, expires_at)
  VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 s')
  ON CONFLICT (purpose, binding) DO UPDATE SET challenge = excluded.challenge, app_id = excluded.app_id,
    user_id = excluded.user_id, expires_at = excluded.expires_at`;

/** Of all who bring an answer, the first gets the row. $1 purpose, $2 binding, $3 app. Index: passkey_challenge_pkey. */
export const TAKE_CHALLENGE = `
  DELETE FROM passkey_challenge WHERE purpose = $1 AND binding = $2 AND app_id = $3
  RETURNING challenge, user_id AS "userId", expires_at > now() AS fresh`;

/** $1 user. Index: passkey_user_id_id_idx. */
export const CREDENTIALS_OF = `
  SELECT credential_id AS "credentialId", transports FROM passkey WHERE user_id = $1 ORDER BY id`;

/**
 * No row: the credential is known already. $1 id, $2 app, $3 user, $4 credential, $5 public key, $6 count, $7 transports,
 * $8 AAGUID, $9 synced, $10 name. Index: passkey_credential_id_key.
 */
export const INSERT_PASSKEY = `
  INSERT INTO passkey (id, app_id, user_id, credential_id, public_key, sign_count, transports, aaguid, synced, name)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (credential_id) DO NOTHING RETURNING id`;

/** $1 app, $2 credential. Indexes: passkey_credential_id_key, auth_user_pkey. */
export const PASSKEY_BY_CREDENTIAL = `
  SELECT p.id, p.user_id AS "userId", p.public_key AS "publicKey"
  FROM passkey p JOIN auth_user u ON u.id = p.user_id
  WHERE p.credential_id = $2 AND p.app_id = $1 AND u.status = 'active'`;

/**
 * No row: the count did not move on, so there are two of them. One that never counts stays at 0.
 * $1 id, $2 count, $3 synced. Index: passkey_pkey.
 */
export const USE_PASSKEY = `
  UPDATE passkey SET sign_count = $2, synced = $3, last_used_at = now()
  WHERE id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0)) RETURNING id`;
