/** The policies in force of the apps in a parameter, in one value. Index: push_policy_pkey. */
export const policiesOf = (apps: `$${number}`): string => `
    (SELECT coalesce(jsonb_agg(jsonb_build_object('appId', asked.app, 'version', p.version, 'document', p.document)), '[]')
     FROM unnest(${apps}::uuid[]) AS asked (app)
     CROSS JOIN LATERAL (SELECT version, document FROM push_policy WHERE app_id = asked.app ORDER BY version DESC LIMIT 1) AS p)`;

/** What users said, in one value. Index: push_user_pkey. */
export const wordsOf = (apps: `$${number}`, users: `$${number}`): string => `
    (SELECT coalesce(jsonb_agg(jsonb_build_object('appId', u.app_id, 'userId', u.user_id, 'choices', u.choices,
        'quietHours', u.quiet_hours, 'timeZone', u.time_zone, 'locale', u.locale)), '[]')
     FROM unnest(${apps}::uuid[], ${users}::text[]) AS asked (app, "user")
     JOIN push_user u ON u.app_id = asked.app AND u.user_id = asked."user")`;

/**
 * The policies in force and what users said, in one statement: read after the caller has claimed its work row, so that an opt-out
 * that was committed before counts. $1 apps, $2 and $3 apps and users.
 */
export const STANDING = `SELECT ${policiesOf('$1')} AS policies, ${wordsOf('$2', '$3')} AS users`;

/** The zone of the phone that each user was seen with last. $1 apps, $2 users. Index: device_active_of_user_idx. */
export const ZONES_OF_USERS = `
  SELECT asked.app AS "appId", asked."user" AS "userId", seen.time_zone AS "timeZone"
  FROM unnest($1::uuid[], $2::text[]) AS asked (app, "user")
  CROSS JOIN LATERAL (
    SELECT time_zone FROM device
    WHERE app_id = asked.app AND user_id = asked."user" AND status = 'active' AND time_zone IS NOT NULL
    ORDER BY last_seen_at DESC LIMIT 1
  ) AS seen`;

/**
 * Locks meters, in one order for everyone, or two routes that share users would deadlock; makes those that are missing.
 * $1 apps, $2 subjects, $3 categories. Index: frequency_meter_pkey.
 */
export const LOCK_METERS = `
  INSERT INTO frequency_meter AS m (app_id, subject, category)
  SELECT app, subject, category FROM unnest($1::uuid[], $2::text[], $3::text[]) AS asked (app, subject, category)
  ORDER BY app, subject, category
  ON CONFLICT (app_id, subject, category) DO UPDATE SET uses = m.uses
  RETURNING app_id AS "appId", subject, category, uses`;

/** What they count now; the caller holds their locks. $4 uses, $5 when the last of them counts no more. Index: frequency_meter_pkey. */
export const WRITE_METERS = `
  UPDATE frequency_meter m SET uses = counted.uses, idle_at = counted.idle_at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[]) AS counted (app, subject, category, uses, idle_at)
  WHERE m.app_id = counted.app AND m.subject = counted.subject AND m.category = counted.category`;

/**
 * In slices, so that no purge holds rows for long. It passes over what routing has locked: one that waited for a meter while it held
 * others would deadlock with a route. As it never waits it needs no order, and an order would walk the index from heap page to heap
 * page. Sequential until a slice is full (75 ms for 200,000 meters of which none is idle), then frequency_meter_pkey.
 */
export const PURGE_METERS = `
  WITH idle AS MATERIALIZED (
    SELECT app_id, subject, category FROM frequency_meter WHERE idle_at < now()
    LIMIT 5000 FOR UPDATE SKIP LOCKED
  )
  DELETE FROM frequency_meter m USING idle
  WHERE m.app_id = idle.app_id AND m.subject = idle.subject AND m.category = idle.category
  RETURNING 1`;
