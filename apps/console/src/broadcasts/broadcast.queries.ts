/** The newest first. $1 app or null, $2 before this id, $3 how many. Indexes: broadcast_pkey, broadcast_app_id_id_idx. */
export const BROADCASTS = `
  SELECT id, app_id AS "appId", state, audience, starts_at AS "startsAt", total::float8 AS total, taken::float8 AS taken
  FROM broadcast WHERE ($1::uuid IS NULL OR app_id = $1) AND id < $2::uuid ORDER BY id DESC LIMIT $3`;

/** What became of them. $1 broadcasts. Index: notification_tally_pkey. */
export const OUTCOMES = `
  SELECT notification_id AS id, coalesce(sum(n) FILTER (WHERE outcome = 'sent'), 0)::float8 AS sent,
    coalesce(sum(n) FILTER (WHERE outcome IN ('dead', 'rejected', 'gone', 'suspect', 'expired')), 0)::float8 AS failed
  FROM notification_tally WHERE notification_id = ANY ($1::uuid[]) GROUP BY notification_id`;
