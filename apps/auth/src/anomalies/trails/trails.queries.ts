import { TRAIL_MS } from '../rules/two-networks.js';

/** A session that is refreshed more often than this within an hour is judged by its newest refreshes. */
const MOST_SIGHTINGS = 40;

/**
 * Adds sightings to the trails of some sessions, and answers the trails: what is older than an hour falls off. In the order of
 * the ids, or two processes that see the same sessions would deadlock. Index: session_trail_pkey.
 * $1 sessions (each once), $2 their new sightings.
 */
export const WALK = `
  INSERT INTO session_trail AS trail (session_id, sightings)
  SELECT session_id, sightings FROM unnest($1::uuid[], $2::jsonb[]) AS s (session_id, sightings) ORDER BY session_id
  ON CONFLICT (session_id) DO UPDATE SET sightings = (
    SELECT jsonb_agg(sighting ORDER BY (sighting ->> 't')::bigint) FROM (
      SELECT sighting FROM jsonb_array_elements(trail.sightings || excluded.sightings) AS a (sighting)
      WHERE (sighting ->> 't')::bigint > (SELECT max((e ->> 't')::bigint) FROM jsonb_array_elements(excluded.sightings) AS b (e)) - ${TRAIL_MS}
      ORDER BY (sighting ->> 't')::bigint DESC LIMIT ${MOST_SIGHTINGS}) AS newest)
  RETURNING session_id AS "sessionId", sightings, told_at AS "toldAt"`;

/** Index: session_trail_pkey. $1 session, $2 device or null, $3 sightings. */
export const BEGIN_TRAIL = `
  INSERT INTO session_trail (session_id, device, sightings) VALUES ($1, $2, $3)
  ON CONFLICT (session_id) DO UPDATE SET device = excluded.device`;

/** Takes the right to tell of this session; a row for one of several that try. Index: session_trail_pkey. $1 session. */
export const CLAIM_TELLING = `
  UPDATE session_trail SET told_at = now()
  WHERE session_id = $1 AND (told_at IS NULL OR told_at < now() - interval '24 hours') RETURNING 1`;

/** Reads all of session_trail and finds each session by auth_session_pkey: a few times a day. */
export const PURGE_TRAILS = `
  DELETE FROM session_trail WHERE session_id IN (
    SELECT t.session_id FROM session_trail t LEFT JOIN auth_session s ON s.id = t.session_id
    WHERE s.id IS NULL OR s.revoked_at IS NOT NULL OR s.expires_at < now() LIMIT 5000) RETURNING 1`;

/** Indexes: auth_session_pkey, session_trail_pkey. $1 session. */
export const SESSION_TOLD_OF = `
  SELECT app_id AS "appId", user_id AS "userId", device_name AS "deviceName", country, device FROM auth_session s LEFT JOIN session_trail t ON t.session_id = s.id
  WHERE s.id = $1 AND s.revoked_at IS NULL`;
