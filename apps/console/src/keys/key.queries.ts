/** Every column but the hash and the sealed secret: what is not read cannot be shown. */
const COLUMNS = `k.id, k.app_id AS "appId", k.kind, k.name, k.hint, k.scopes, k.allowed_cidrs AS "allowedCidrs",
  k.created_at AS "createdAt", k.revoked_at AS "revokedAt", k.expires_at AS "expiresAt", used.at AS "usedAt"`;

/** A key is marked where its trail ends. Index: api_key_trail_key_id_id_idx. */
const LAST_USE = `LEFT JOIN LATERAL (
    SELECT (t.requests -> -1 ->> 'at')::float8 AS at FROM api_key_trail t WHERE t.key_id = k.id ORDER BY t.id DESC LIMIT 1
  ) used ON true`;

/** The newest first. $1 app or null, $2 before this id, $3 how many. Indexes: api_key_pkey, api_key_app_id_idx. */
export const KEYS = `
  SELECT ${COLUMNS} FROM api_key k ${LAST_USE}
  WHERE ($1::uuid IS NULL OR k.app_id = $1) AND k.id < $2::uuid ORDER BY k.id DESC LIMIT $3`;

/** $1 id. Index: api_key_pkey. */
export const KEY = `SELECT ${COLUMNS} FROM api_key k ${LAST_USE} WHERE k.id = $1`;

/** What was written of a key, newest first. $1 key, $2 at most so many rows. Index: api_key_trail_key_id_id_idx. */
export const TRAIL = `
  SELECT id, service, seen, kept, requests FROM api_key_trail WHERE key_id = $1 ORDER BY id DESC LIMIT $2`;
