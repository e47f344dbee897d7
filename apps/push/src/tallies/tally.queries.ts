/**
 * Adds to what a notification's deliveries ended in. $1 notification, $2 outcomes, $3 how many, $4 shard. Index:
 * notification_tally_pkey; sorted, as all who count do.
 */
export const ADD_TALLIES = `
  INSERT INTO notification_tally AS t (notification_id, day, outcome, shard, n)
  SELECT $1::uuid, (now() AT TIME ZONE 'UTC')::date, outcome, $4::smallint, n
  FROM unnest($2::text[], $3::bigint[]) AS counted (outcome, n)
  ORDER BY outcome
  ON CONFLICT (notification_id, day, outcome, shard) DO UPDATE SET n = t.n + excluded.n`;

/** $1 notifications. Index: notification_tally_pkey. */
export const TALLIES = `
  SELECT notification_id AS id, outcome, sum(n)::float8 AS n FROM notification_tally
  WHERE notification_id = ANY ($1::uuid[]) GROUP BY notification_id, outcome`;
