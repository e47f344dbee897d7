/**
 * What keys were used for lately, a row for each key, and what is no longer among its last $6 goes. Two processes that tidy up after the
 * same key do not wait for each other. $1 ids, $2 keys, $3 how many requests there were, $4 how many are written, $5 these as JSON,
 * $7 the service. Indexes: api_key_trail_key_id_id_idx, api_key_trail_pkey.
 */
export const WRITE_TRAILS = `
  WITH written AS (
    INSERT INTO api_key_trail (id, key_id, service, seen, kept, requests)
    SELECT id, key_id, $7, seen, kept, requests
    FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::jsonb[]) AS input (id, key_id, seen, kept, requests)
  ), older AS (
    SELECT id, sum(kept) OVER (PARTITION BY key_id ORDER BY id DESC) - kept AS newer FROM api_key_trail WHERE key_id = ANY ($2::uuid[])
  ), left_over AS (
    SELECT id FROM api_key_trail WHERE id IN (SELECT id FROM older WHERE newer >= $6) FOR UPDATE SKIP LOCKED
  )
  DELETE FROM api_key_trail USING left_over WHERE api_key_trail.id = left_over.id`;

/** $1 the first id that is kept. Index: api_key_trail_pkey. */
export const PURGE_TRAILS = `DELETE FROM api_key_trail WHERE id < $1::uuid`;
