/** $1 app, $2 user, $3 how many. Index: known_device_pkey. */
export const ERASE_DEVICES = `
  DELETE FROM known_device WHERE (user_id, device) IN (
    SELECT user_id, device FROM known_device WHERE app_id = $1 AND user_id = $2 LIMIT $3)`;

/** What a device keeps is not known here, only its hash. $3 behind this id, $4 how many. Index: known_device_pkey. */
export const COLLECT_DEVICES = `
  SELECT encode(device, 'hex') AS id, first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt", trusted_at AS "trustedAt"
  FROM known_device WHERE app_id = $1 AND user_id = $2 AND encode(device, 'hex') > $3 ORDER BY encode(device, 'hex') LIMIT $4`;

/** $1 app, $2 user, $3 how many. Index: known_country_pkey. */
export const ERASE_COUNTRIES = `
  DELETE FROM known_country WHERE (user_id, country) IN (
    SELECT user_id, country FROM known_country WHERE app_id = $1 AND user_id = $2 LIMIT $3)`;

/** $3 behind this id, $4 how many. Index: known_country_pkey. */
export const COLLECT_COUNTRIES = `
  SELECT country AS id, first_seen_at AS "firstSeenAt" FROM known_country
  WHERE app_id = $1 AND user_id = $2 AND country > $3 ORDER BY country LIMIT $4`;

/** $1 app, $2 user, $3 how many. Index: sign_in_alert_user_id_created_at_idx. */
export const ERASE_ALERTS = `
  DELETE FROM sign_in_alert WHERE id IN (SELECT id FROM sign_in_alert WHERE app_id = $1 AND user_id = $2 LIMIT $3)`;

/** $3 behind this id, $4 how many. Index: sign_in_alert_user_id_created_at_idx. */
export const COLLECT_ALERTS = `
  SELECT id::text AS id, session_id::text AS "sessionId", country, codes, created_at AS "createdAt",
    it_was_me_at AS "itWasMeAt", not_me_at AS "notMeAt"
  FROM sign_in_alert WHERE app_id = $1 AND user_id = $2 AND id::text > $3 ORDER BY id::text LIMIT $4`;

/** Rows of the last hours only. $1 app, $2 user, $3 how many. Index: sign_in_prefix_pkey, of which the app comes first. */
export const ERASE_NEIGHBOURS = `
  DELETE FROM sign_in_prefix WHERE (app_id, prefix, user_id) IN (
    SELECT app_id, prefix, user_id FROM sign_in_prefix WHERE app_id = $1 AND user_id = $2 LIMIT $3)`;

/** $1 app, $2 user, $3 unused: there is one at most. Index: password_reset_due_pkey. */
export const ERASE_RESET_DUE = 'DELETE FROM password_reset_due WHERE app_id = $1 AND user_id = $2 AND $3::int > 0';

/** $1 sessions. Index: session_trail_pkey. */
export const ERASE_TRAILS = 'DELETE FROM session_trail WHERE session_id = ANY ($1::uuid[])';

/** From where the user's sessions were used in the last hour. $1 sessions. Index: session_trail_pkey. */
export const COLLECT_TRAILS = `
  SELECT session_id::text AS id, sightings FROM session_trail WHERE session_id = ANY ($1::uuid[]) ORDER BY session_id`;
