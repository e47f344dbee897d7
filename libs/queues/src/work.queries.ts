import { FIRST_OFFER_SECONDS, LEASE_SECONDS } from './work.js';

/** The table of work rows; every service that queues owns one. A union, so that no other name can reach SQL. */
export type WorkTable = 'push_work';

/**
 * All statements over one work table. Times are the database's, never this process's: a wrong clock can then neither
 * steal nor keep a lease.
 */
export function workQueries(table: WorkTable) {
  return {
    enqueue: `
      INSERT INTO ${table} (id, root_id, queue, lane, app_id, credential_id, items, next_offer_at)
      SELECT id, root_id, queue, lane, app_id, credential_id, items, now() + interval '${FIRST_OFFER_SECONDS} s'
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::jsonb[])
        AS fresh (id, root_id, queue, lane, app_id, credential_id, items)`,

    /** Index: ${table}_next_offer_at_idx. SKIP LOCKED lets every process offer without a leader. */
    offer: `
      UPDATE ${table} SET offer = offer + 1, next_offer_at = now() + least(300, ${FIRST_OFFER_SECONDS} * 2 ^ least(offer, 5)) * interval '1 s'
      WHERE id IN (
        SELECT id FROM ${table}
        WHERE next_offer_at <= now() AND coalesce(lease_until, '-infinity') < now()
        ORDER BY lane = 'bulk', next_offer_at
        LIMIT $1 FOR UPDATE SKIP LOCKED)
      RETURNING id, offer, queue, lane, app_id AS "appId", jsonb_array_length(items) AS count`,

    /** Primary key. Due again when the lease ends, so that a dead worker's work is offered at once. */
    claim: `
      UPDATE ${table} SET lease_token = $2, lease_until = now() + interval '${LEASE_SECONDS} s', claims = claims + 1,
        next_offer_at = now() + interval '${LEASE_SECONDS} s'
      WHERE id = $1 AND (lease_until IS NULL OR lease_until < now())
      RETURNING id, root_id AS "rootId", queue, lane, app_id AS "appId", credential_id AS "credentialId", items, claims`,

    /** Primary key. */
    renew: `
      UPDATE ${table} w SET lease_until = now() + interval '${LEASE_SECONDS} s', next_offer_at = now() + interval '${LEASE_SECONDS} s'
      FROM unnest($1::uuid[], $2::uuid[]) AS held (id, token)
      WHERE w.id = held.id AND w.lease_token = held.token AND w.lease_until >= now()
      RETURNING w.id`,

    /**
     * Primary key. Hands work back: the claim is forgotten, the work is due again after $3 milliseconds. Its offer number
     * moves on, which tells it from a retry whose time has not come yet.
     */
    release: `
      UPDATE ${table} SET lease_token = NULL, lease_until = NULL, claims = greatest(0, claims - $4::int), offer = offer + 1,
        next_offer_at = now() + $3 * interval '1 ms'
      WHERE id = $1 AND lease_token = $2
      RETURNING id`,

    /** Primary key. The row lock that decides between routing, cancelling and settling. */
    lock: `SELECT items FROM ${table} WHERE id = $1 AND lease_token = $2 FOR UPDATE`,

    /** Primary key. Halves a row that seems to kill its workers; the halves have fewer lives left than a fresh row. */
    split: `
      WITH parent AS (DELETE FROM ${table} WHERE id = $1 AND lease_token = $2 RETURNING *)
      INSERT INTO ${table} (id, root_id, queue, lane, app_id, credential_id, items, next_offer_at, claims)
      SELECT half.id, root_id, queue, lane, app_id, credential_id, half.items, now(), $5
      FROM parent, unnest($3::uuid[], $4::jsonb[]) AS half (id, items)
      RETURNING id`,

    /** Primary key. */
    remove: `DELETE FROM ${table} WHERE id = $1 AND lease_token = $2 RETURNING id`,

    /** Index: ${table}_next_offer_at_idx. Only rows that were offered before: their time has come, their job is gone. */
    offerAgain: `
      UPDATE ${table} SET next_offer_at = now() + random() * interval '3 s'
      WHERE queue = $1 AND offer > 0 AND next_offer_at > now() AND coalesce(lease_until, '-infinity') < now()
      RETURNING id`,

    /** Index: ${table}_next_offer_at_idx. */
    backlog: `
      SELECT queue, count(*)::int AS rows, coalesce(sum(jsonb_array_length(items)), 0)::int AS items,
        greatest(0, extract(epoch FROM now() - min(next_offer_at)))::float8 AS "oldestDueSeconds"
      FROM ${table} GROUP BY queue`,
  };
}
