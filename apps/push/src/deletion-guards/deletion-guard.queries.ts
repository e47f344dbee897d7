/**
 * A guard for each credential that has none yet, full. $1 credentials, $2 apps, $3 providers, $4 allowance.
 * Index: deletion_guard_pkey, in whose order everyone takes guards. Who needs devices as well has locked them before.
 */
export const MAKE_GUARDS = `
  INSERT INTO deletion_guard (credential_id, app_id, provider, allowance)
  SELECT id, app, provider, $4 FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS g (id, app, provider)
  ORDER BY id
  ON CONFLICT (credential_id) DO NOTHING`;

/** $1 credentials. Indexes: deletion_guard_pkey; deletion_guard_hour_pkey for the last seven days. */
export const LOCK_GUARDS = `
  SELECT g.credential_id AS id, g.allowance, g.tripped_at IS NOT NULL AS tripped,
    coalesce(g.open_until > now(), false) AS open, coalesce(u.sent, 0) AS sent, coalesce(u.gone, 0) AS gone
  FROM deletion_guard g
  CROSS JOIN LATERAL (
    SELECT sum(h.sent)::float8 AS sent, sum(h.gone)::float8 AS gone FROM deletion_guard_hour h
    WHERE h.credential_id = g.credential_id AND h.hour > now() - interval '7 days'
  ) u
  WHERE g.credential_id = ANY ($1::uuid[])
  ORDER BY g.credential_id FOR UPDATE OF g`;

/** $1 credentials, $2 allowances, $3 whether it trips. Index: deletion_guard_pkey. The rows are locked by the caller. */
export const SAVE_GUARDS = `
  UPDATE deletion_guard g SET allowance = s.allowance, tripped_at = CASE WHEN s.trips THEN now() ELSE g.tripped_at END
  FROM unnest($1::uuid[], $2::float8[], $3::boolean[]) AS s (id, allowance, trips)
  WHERE g.credential_id = s.id`;

/** $1 credentials, $2 sent, $3 deleted. Index: deletion_guard_hour_pkey, in whose order the hours are written. */
export const COUNT_HOUR = `
  INSERT INTO deletion_guard_hour (credential_id, hour, sent, gone)
  SELECT id, date_trunc('hour', now(), 'UTC'), sent, gone FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS h (id, sent, gone)
  ORDER BY id
  ON CONFLICT (credential_id, hour) DO UPDATE
    SET sent = deletion_guard_hour.sent + excluded.sent, gone = deletion_guard_hour.gone + excluded.gone`;

/** Sequential: a row for each credential and hour of eight days. */
export const PURGE_HOURS = `DELETE FROM deletion_guard_hour WHERE hour < now() - interval '8 days'`;

/** Sequential: one row for each credential that ever had a device deleted. */
export const COUNT_TRIPPED = `SELECT count(*)::int AS tripped FROM deletion_guard WHERE tripped_at IS NOT NULL`;
