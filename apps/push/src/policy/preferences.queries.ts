/** Of one user, as a row of preferences. */
const COLUMNS = `choices, quiet_hours AS "quietHours", time_zone AS "timeZone", locale, updated_at AS "updatedAt"`;

/** $1 app, $2 user. Index: push_user_pkey. */
export const PREFERENCES = `SELECT ${COLUMNS} FROM push_user WHERE app_id = $1 AND user_id = $2`;

/** The same, and changes of them run one after another. Index: push_user_pkey. */
export const LOCK_PREFERENCES = `${PREFERENCES} FOR UPDATE`;

/** $1 app, $2 user, $3 choices, $4 quiet hours, $5 zone, $6 locale. Index: push_user_pkey. */
export const PUT_PREFERENCES = `
  INSERT INTO push_user (app_id, user_id, choices, quiet_hours, time_zone, locale)
  VALUES ($1, $2, $3::jsonb, $4::jsonb, $5, $6)
  ON CONFLICT (app_id, user_id) DO UPDATE SET choices = excluded.choices, quiet_hours = excluded.quiet_hours,
    time_zone = excluded.time_zone, locale = excluded.locale, updated_at = now()
  RETURNING ${COLUMNS}`;
