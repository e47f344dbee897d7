/**
 * The registrations that were tried, as long as they are what was tried: a token that moved on, or was registered again,
 * is left alone, and a suspect device hears only what its proof came to. Locked in the order of ids, as registration
 * does, or the two could deadlock. $1 devices, $2 targets, $3 when those were last registered, $4 whether it was a proof,
 * $5 places in the batch. Index: device_pkey. The driver cuts `last_seen_at` to milliseconds, which the comparison allows for.
 */
export const LOCK_TRIED = `
  SELECT t.place, d.id, d.app_id AS "appId", d.installation_id AS "installationId", d.status,
    d.status_at <= now() - interval '24 hours' AS "dayOld"
  FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::boolean[], $5::int[]) AS t (id, target, registered_at, proof, place)
  JOIN device d ON d.id = t.id
  WHERE d.target = t.target AND d.last_seen_at < t.registered_at + interval '2 ms'
    AND (d.status = 'active' OR (d.status = 'suspect' AND t.proof))
  ORDER BY d.id, t.place FOR UPDATE OF d`;

/**
 * $1 devices, $2 statuses, $3 reasons, $4 who says so, $5 credentials. Index: device_pkey; the rows are locked by the
 * caller. A device that stays suspect for another reason keeps the time since when it is.
 */
export const SET_STATUS = `
  UPDATE device d SET status = v.status, status_reason = v.reason, status_by = v.said_by, status_credential_id = v.credential_id,
    status_at = CASE WHEN d.status = v.status THEN d.status_at ELSE now() END
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[]) AS v (id, status, reason, said_by, credential_id)
  WHERE d.id = v.id`;
