/** Who changes stances, and what follows from them, does so one after the other. */
export const LOCK_STANCES = `SELECT pg_advisory_xact_lock(hashtext('flag_stance'))`;

/** $1 process, $2 what it says: that it says no longer, and what nobody has said for a while. Sequential over the stances, which are few. */
export const DROP_STANCES = `
  DELETE FROM flag_stance s WHERE s.until < now() OR s.process = $1 AND NOT EXISTS (
    SELECT FROM jsonb_to_recordset($2::jsonb) AS said (flag text, source text) WHERE said.flag = s.flag AND said.source = s.source)
  RETURNING s.flag, s.since`;

/** $1 process, $2 what it says, $3 for how many seconds. Index: flag_stance_pkey. */
export const WRITE_STANCES = `
  INSERT INTO flag_stance AS s (process, flag, source, is_on, reason, apps, until)
  SELECT $1, flag, source, "isOn", reason, apps, now() + $3 * interval '1 s'
  FROM jsonb_to_recordset($2::jsonb) AS said (flag text, source text, "isOn" boolean, reason text, apps jsonb)
  ON CONFLICT (process, flag, source) DO UPDATE SET is_on = excluded.is_on, reason = excluded.reason, apps = excluded.apps, until = excluded.until,
    since = CASE WHEN s.is_on = excluded.is_on AND s.apps = excluded.apps THEN s.since ELSE now() END`;
