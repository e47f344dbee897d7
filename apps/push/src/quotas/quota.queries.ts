/** What a lot comes to: as much as is wanted while there is plenty, and less and less of the rest, so that the last of it lies with nobody. */
const GRANT = (today: string, month: string): string =>
  `greatest(0, least($2::bigint, greatest(1, least($3::bigint - ${today}, $4::bigint - ${month}) / 8), least($3::bigint - ${today}, $4::bigint - ${month})))`;

/** A statement that began before midnight may come to the row after one that began behind it: the day never goes back. */
const TODAY = `CASE WHEN u.day >= excluded.day THEN u.taken_today ELSE 0 END`;
const [UTC_DAY, UTC_MONTH] = [
  `(now() AT TIME ZONE 'UTC')::date`,
  `date_trunc('month', now() AT TIME ZONE 'UTC')::date`,
];

/** $1 app, $2 how many are wanted, $3 and $4 how many there are in a day and a month. Index: notification_usage_pkey. */
export const TAKE_LOT = `
  INSERT INTO notification_usage AS u (app_id, month, taken, day, taken_today, granted)
  SELECT $1::uuid, ${UTC_MONTH}, lot, ${UTC_DAY}, lot, lot FROM (SELECT ${GRANT('0', '0')}) AS first (lot)
  ON CONFLICT (app_id, month) DO UPDATE SET
    granted = ${GRANT(TODAY, 'u.taken')}, day = greatest(u.day, excluded.day),
    taken = u.taken + ${GRANT(TODAY, 'u.taken')}, taken_today = ${TODAY} + ${GRANT(TODAY, 'u.taken')}
  RETURNING granted::float8 AS granted, day::text, month::text, taken::float8 AS taken`;

/** $1 app, $2 month and $3 day of the lot, $4 how many of it were not used. Index: notification_usage_pkey. */
export const GIVE_BACK = `
  UPDATE notification_usage SET taken = taken - $4,
    taken_today = CASE WHEN day = $3::date THEN taken_today - $4 ELSE taken_today END
  WHERE app_id = $1 AND month = $2::date`;

/** $1 app. No row: nothing was counted. Index: notification_usage_pkey. */
export const READ_USAGE = `
  SELECT taken::float8 AS month, CASE WHEN day = ${UTC_DAY} THEN taken_today ELSE 0 END::float8 AS day
  FROM notification_usage WHERE app_id = $1 AND month = ${UTC_MONTH}`;

/** Months that nobody asks for. Sequential over the rows, one for each app with a quota and month. */
export const DROP_OLD_USAGE = `DELETE FROM notification_usage WHERE month < (now() AT TIME ZONE 'UTC')::date - 400`;
