/** An iPhone for each user of the app $1, from $2 to $3, as registering them would have made it. */
export const INSERT_PHONES = `
  INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, bundle_id, status)
  SELECT gen_random_uuid(), $1::uuid, 'phone-' || i, 'user-' || i, 'ios', 'apns', md5(i::text) || md5('x' || i), 'sandbox',
    'com.example.app', 'active'
  FROM generate_series($2::int, $3::int) AS n (i)`;

/** What statistics would know after a while. */
export const ANALYSE = `ANALYZE device, push_user`;

/** Sequential, of what is never much for long. */
export const OPEN_ITEMS = `SELECT coalesce(sum(jsonb_array_length(items)), 0)::int AS open FROM push_work`;

/** Index: none; asked once a round, when nothing else runs. */
export const COUNT_DELIVERIES = `SELECT state, count(*)::int AS count FROM delivery GROUP BY state`;

/** Every round begins with empty tables, on every side. */
export const FORGET = `TRUNCATE event_log, idem, push_work, delivery`;
