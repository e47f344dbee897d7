/** Four languages and twenty zones, every second one an iPhone: what a phone is depends on its number alone. */
const LOCALES = `(ARRAY['en', 'de', 'fr-CH', 'ja'])[i % 4 + 1]`;
const ZONES = `(ARRAY['Pacific/Kiritimati', 'Pacific/Auckland', 'Australia/Sydney', 'Asia/Tokyo', 'Asia/Shanghai', 'Asia/Bangkok',
  'Asia/Kathmandu', 'Asia/Kolkata', 'Asia/Karachi', 'Asia/Dubai', 'Europe/Moscow', 'Europe/Zurich', 'Europe/London', 'Atlantic/Azores',
  'America/Sao_Paulo', 'America/St_Johns', 'America/New_York', 'America/Chicago', 'America/Los_Angeles', 'Pacific/Honolulu'])[i % 20 + 1]`;

/**
 * Phones number $2 to $3 of the app $1, with ids as registering them one after another since $4 (milliseconds since 1970) would have
 * made; each has a user of its own, one in a hundred of whom wants nothing.
 */
export const MAKE_PHONES = `
  WITH phone AS (
    INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, bundle_id, locale, time_zone, status)
    SELECT (lpad(to_hex($4::bigint + i / 20), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid,
      $1::uuid, 'phone-' || i, 'user-' || i, platform, kind, target, 'sandbox', bundle, ${LOCALES}, ${ZONES}, 'active'
    FROM generate_series($2::int, $3::int) AS n (i)
    CROSS JOIN LATERAL (
      SELECT 'ios', 'apns', '11' || md5(i::text) || substr(md5('x' || i), 1, 30), 'com.example.app' WHERE i % 2 = 0
      UNION ALL
      SELECT 'android', 'fcm_token', 'phone-' || i || ':APA91b-' || repeat('A', 120), NULL WHERE i % 2 = 1
    ) AS made (platform, kind, target, bundle)
  )
  INSERT INTO push_user (app_id, user_id, choices)
  SELECT $1::uuid, 'user-' || i, '{"*": "out"}' FROM generate_series($2::int, $3::int) AS n (i) WHERE i % 100 = 0`;

export const APP_NAMED = `SELECT id FROM app WHERE name = $1`;

export const ANALYSE = `ANALYZE device, push_user`;

/** What became of the phones of a notification: deliveries in each state, and how many phones that is. */
export const OUTCOMES = `
  SELECT state, count(*)::int AS deliveries, count(DISTINCT device_id)::int AS phones FROM delivery WHERE notification_id = $1
  GROUP BY state ORDER BY state`;

export const PHONES_WITH_OUTCOME = `SELECT count(DISTINCT device_id)::int AS n FROM delivery WHERE notification_id = $1`;

/** As if the leases of those who are dead had run out. */
export const END_LEASES = `UPDATE push_work SET lease_until = now(), next_offer_at = least(next_offer_at, now()) WHERE lease_until > now()`;
