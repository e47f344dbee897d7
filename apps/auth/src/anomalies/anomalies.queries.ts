import { NEIGHBOURHOOD_MINUTES } from './rules/many-accounts.js';
import { ANSWER_TIME } from './vouched.queries.js';

/**
 * All that the rules of a sign-in look at, in one statement. $1 user, $2 device or null, $3 app, $4 prefix or null.
 * Indexes: auth_session_user_id_id_idx, known_device_pkey, known_country_pkey, sign_in_prefix_pkey, password_reset_due_pkey,
 * auth_user_pkey.
 */
export const CIRCUMSTANCES = `
  SELECT
    NOT EXISTS (SELECT FROM auth_session WHERE user_id = $1::uuid AND activated_at IS NOT NULL)
      AND NOT EXISTS (SELECT FROM known_device WHERE user_id = $1::uuid) AS "isFirst",
    EXISTS (SELECT FROM known_device WHERE user_id = $1::uuid AND device = $2::bytea) AS "isKnownDevice",
    ARRAY(SELECT country FROM known_country WHERE user_id = $1::uuid ORDER BY country) AS countries,
    (SELECT count(*)::int FROM sign_in_prefix
     WHERE app_id = $3::uuid AND prefix = $4::text AND user_id <> $1::uuid
       AND at > now() - interval '${NEIGHBOURHOOD_MINUTES} minutes') AS neighbours,
    EXISTS (SELECT FROM password_reset_due d JOIN auth_user u ON u.id = d.user_id
            WHERE d.user_id = $1::uuid AND coalesce(u.password_changed_at, '-infinity') < d.since) AS "isPasswordDue"`;

/** Index: sign_in_prefix_pkey. $1 app, $2 prefix, $3 user. */
export const MEET_NEIGHBOURS = `
  INSERT INTO sign_in_prefix (app_id, prefix, user_id) VALUES ($1, $2, $3)
  ON CONFLICT (app_id, prefix, user_id) DO UPDATE SET at = now()`;

/**
 * A device that was trusted stays so. One that came with an alert is none the more trusted for signing in again, while the user may still
 * say "that was not me". Index: known_device_pkey. $1 user, $2 device, $3 app, $4 whether its sign-in is nothing unusual.
 */
export const REMEMBER_DEVICE = `
  INSERT INTO known_device AS known (user_id, device, app_id, trusted_at)
  VALUES ($1, $2, $3, CASE WHEN $4::boolean THEN now() END)
  ON CONFLICT (user_id, device) DO UPDATE SET last_seen_at = now(), trusted_at = coalesce(
    known.trusted_at, CASE WHEN known.first_seen_at < now() - ${ANSWER_TIME} THEN excluded.trusted_at END)`;

/** By the user's own word. Index: known_device_pkey. $1 user, $2 device, $3 app. */
export const TRUST_DEVICE = `
  INSERT INTO known_device AS known (user_id, device, app_id, trusted_at) VALUES ($1, $2, $3, now())
  ON CONFLICT (user_id, device) DO UPDATE SET last_seen_at = now(), trusted_at = coalesce(known.trusted_at, now())`;

/** Index: known_country_pkey. $1 user, $2 country, $3 app. */
export const REMEMBER_COUNTRY = `
  INSERT INTO known_country (user_id, country, app_id) VALUES ($1, $2, $3) ON CONFLICT (user_id, country) DO NOTHING`;

/** Index: known_device_pkey. $1 user, $2 device. */
export const KNOWS_DEVICE = 'SELECT FROM known_device WHERE user_id = $1 AND device = $2';

/** Index: known_device_pkey. $1 user, $2 device. */
export const FORGET_DEVICE = 'DELETE FROM known_device WHERE user_id = $1 AND device = $2';

/** Index: known_country_pkey. $1 user, $2 country. */
export const FORGET_COUNTRY = 'DELETE FROM known_country WHERE user_id = $1 AND country = $2';

/** Index: sign_in_prefix_at_idx; in slices, so that no purge holds rows for long. */
export const PURGE_NEIGHBOURS = `
  DELETE FROM sign_in_prefix WHERE (app_id, prefix, user_id) IN (
    SELECT app_id, prefix, user_id FROM sign_in_prefix
    WHERE at < now() - interval '${NEIGHBOURHOOD_MINUTES} minutes' ORDER BY at LIMIT 5000) RETURNING 1`;
