/**
 * Sessions that end, each against registrations by it: those are done, and seen by the next statement, or have not begun and find the
 * session ended. In one order. $1 the sessions' names.
 */
export const LOCK_SESSIONS = `
  SELECT pg_advisory_xact_lock(key)
  FROM (SELECT DISTINCT hashtextextended(name, 0) AS key FROM unnest($1::text[]) AS n (name) ORDER BY key) AS ordered`;

/**
 * Devices in any status: one that a provider ended may come back. Locked in the order of ids, as everyone locks devices.
 * $1 apps, $2 sessions. Index: device_session_id_idx.
 */
export const SIGN_OUT = `
  WITH ended AS MATERIALIZED (
    SELECT d.id, d.session_id FROM unnest($1::uuid[], $2::text[]) AS e (app, session)
    JOIN device d ON d.session_id = e.session AND d.app_id = e.app
    ORDER BY d.id FOR UPDATE OF d)
  UPDATE device d SET user_id = NULL, session_id = NULL, signed_out_user_id = d.user_id,
    signed_out_at = CASE WHEN d.user_id IS NOT NULL THEN now() END
  FROM ended WHERE d.id = ended.id
  RETURNING d.app_id AS "appId", d.id, d.installation_id AS "installationId", ended.session_id AS "sessionId"`;
