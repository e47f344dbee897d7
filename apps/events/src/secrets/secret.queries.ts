const COLUMNS = `id, endpoint_id AS "endpointId", kind, public_key AS "publicKey", created_at AS "createdAt", expires_at AS "expiresAt"`;
const IS_VALID = '(expires_at IS NULL OR expires_at > now())';

/** $1 endpoints. Index: webhook_secret_endpoint_id_idx. */
export const VALID_SECRETS = `
  SELECT ${COLUMNS} FROM webhook_secret WHERE endpoint_id = ANY ($1::uuid[]) AND ${IS_VALID} ORDER BY id DESC`;

/** The same of one endpoint, as they are sealed. $1 endpoint. Index: webhook_secret_endpoint_id_idx. */
export const SEALED_SECRETS = `
  SELECT kind, sealed FROM webhook_secret WHERE endpoint_id = $1 AND ${IS_VALID} ORDER BY id DESC`;

/** $1 id, $2 endpoint, $3 kind, $4 sealed, $5 public key or null. */
export const INSERT_SECRET = `
  INSERT INTO webhook_secret (id, endpoint_id, kind, sealed, public_key) VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`;

/** Never later than it was to be. $1 endpoint, $2 the secret that stays, $3 seconds. Index: webhook_secret_endpoint_id_idx. */
export const EXPIRE_OTHERS = `
  UPDATE webhook_secret SET expires_at = least(expires_at, now() + $3 * interval '1 s')
  WHERE endpoint_id = $1 AND id <> $2 AND ${IS_VALID}`;

/** $1 secrets. Index: webhook_secret_pkey. */
export const DELETE_SECRETS = `DELETE FROM webhook_secret WHERE id = ANY ($1::uuid[])`;

/** Sequential over the secrets, which are few. */
export const DROP_EXPIRED_SECRETS = `DELETE FROM webhook_secret WHERE expires_at < now() - interval '1 day'`;
