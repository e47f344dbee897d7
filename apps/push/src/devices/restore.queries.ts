import { COLUMNS } from './device.queries.js';

/**
 * Devices that a provider's answers ended, in the order in which they were. Read without locks: what is found is locked
 * and looked at again. $1 app, $2 ended at or after, $3 ended before (or null), $4 kinds of targets (or null: any), $5 reasons
 * (or null), $6 and $7 where to go on: time and id behind which. $8 how many. Index: device_ended_by_provider_idx.
 */
const MATCHES = `
  app_id = $1 AND status_by IN ('provider', 'guard') AND status_at >= $2::timestamptz
  AND ($3::timestamptz IS NULL OR status_at < $3)
  AND ($4::text[] IS NULL OR target_kind = ANY ($4))
  AND ($5::text[] IS NULL OR status_reason = ANY ($5))
  AND (status_at, id) > ($6::timestamptz, $7::uuid)`;

export const ENDED_BY_PROVIDER = `
  SELECT id, target_kind AS "targetKind", target, status_at::text AS "endedAt" FROM device WHERE ${MATCHES}
  ORDER BY status_at, id LIMIT $8`;

/** $1 to $7 as above. */
export const COUNT_ENDED_BY_PROVIDER = `SELECT count(*)::int AS count FROM device WHERE ${MATCHES}`;

/**
 * The locks that registrations of these targets take, in one order. Nobody who waits for another target while holding
 * one takes them in any other; and a registration holds one target only, so there is no circle. $1 the targets' names.
 */
export const LOCK_TARGETS = `
  SELECT pg_advisory_xact_lock(key)
  FROM (SELECT DISTINCT hashtextextended(name, 0) AS key FROM unnest($1::text[]) AS n (name) ORDER BY key) AS ordered`;

/**
 * Locks those that are still ended by a provider, in the order of ids, and says which may not come back: their target is
 * live on another row, or was registered there later. $1 ids. Indexes: device_pkey, device_app_id_target_idx.
 */
export const LOCK_ENDED = `
  SELECT d.id, d.installation_id AS "installationId", other.installation_id AS "movedTo"
  FROM device d
  LEFT JOIN LATERAL (
    SELECT o.installation_id FROM device o
    WHERE o.app_id = d.app_id AND o.target = d.target AND o.target_kind = d.target_kind AND o.id <> d.id
      AND (o.status <> 'deleted' OR (o.registered_at, o.id) > (d.registered_at, d.id))
    LIMIT 1
  ) other ON true
  WHERE d.id = ANY ($1::uuid[]) AND d.status <> 'active' AND d.status_by IN ('provider', 'guard')
  ORDER BY d.id FOR UPDATE OF d`;

/** $1 ids, locked by the caller. Index: device_pkey. */
export const SET_ACTIVE = `
  UPDATE device SET status = 'active', status_reason = NULL, status_by = NULL, status_credential_id = NULL, proved_at = NULL,
    status_at = now()
  WHERE id = ANY ($1::uuid[])
  RETURNING ${COLUMNS}`;
