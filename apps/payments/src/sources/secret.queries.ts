const COLUMNS = `id, source_id AS "sourceId", hint, not_before AS "notBefore", not_after AS "notAfter", last_used_at AS "lastUsedAt",
  created_at AS "createdAt"`;

/** $1 sources. Index: stripe_secret_source_id_idx. */
export const SECRETS_OF = `SELECT ${COLUMNS} FROM stripe_secret WHERE source_id = ANY ($1::uuid[]) ORDER BY id DESC`;

/** $1 ids, $2 source, $3 sealed, $4 hints, $5 not before or null for now, $6 not after or null. */
export const INSERT_SECRETS = `
  INSERT INTO stripe_secret (id, source_id, sealed, hint, not_before, not_after)
  SELECT id, $2::uuid, sealed, hint, coalesce(not_before, now()), not_after
  FROM unnest($1::uuid[], $3::bytea[], $4::text[], $5::timestamptz[], $6::timestamptz[])
    AS fresh (id, sealed, hint, not_before, not_after)
  RETURNING ${COLUMNS}`;

/** Never later than it was to be. $1 source, locked by the caller; $2 the secret that stays, $3 seconds. Index: stripe_secret_source_id_idx. */
export const END_OTHERS = `
  UPDATE stripe_secret SET not_after = least(not_after, now() + $3 * interval '1 s') WHERE source_id = $1 AND id <> $2`;

/** $1 source, locked by the caller; $2 secret, $3 not before, $4 not after or null. Index: stripe_secret_pkey. */
export const CHANGE_SECRET = `
  UPDATE stripe_secret SET not_before = $3, not_after = $4 WHERE id = $2 AND source_id = $1 RETURNING ${COLUMNS}`;

/** $1 source, locked by the caller; $2 secret. Index: stripe_secret_pkey. */
export const DELETE_SECRET = `DELETE FROM stripe_secret WHERE id = $2 AND source_id = $1 RETURNING id`;

/** In the order of their ids, as every process does. $1 secrets, $2 when each was used last. Index: stripe_secret_pkey. */
export const NOTE_USE = `
  WITH used AS MATERIALIZED (
    SELECT k.id, u.at FROM stripe_secret k JOIN unnest($1::uuid[], $2::timestamptz[]) AS u (id, at) ON k.id = u.id
    ORDER BY k.id FOR NO KEY UPDATE OF k)
  UPDATE stripe_secret k SET last_used_at = greatest(k.last_used_at, used.at) FROM used WHERE k.id = used.id`;

/** Long over, and no longer of use to explain a mistake with. Sequential over the secrets, which are few. */
export const DROP_ENDED_SECRETS = `DELETE FROM stripe_secret WHERE not_after < now() - interval '30 days'`;
