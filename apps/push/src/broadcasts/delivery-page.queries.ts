/**
 * Deliveries of one notification to many: $1 notification, $2 app, $3 behind this id, $4 below this one, $5 state (null: any), $6 how
 * many, $7 how many to look at. Index: delivery_pkey of one partition. The inner limit keeps the conditions out of the walk, or the
 * planner would at times take delivery_notification_id_idx and sort a million rows for each page; the walk ends when the page is full.
 */
export const DELIVERY_PAGE = `
  SELECT id, device_id AS "deviceId", provider, state, attempt, reason, raw, at, replay_of AS "replayOf",
    received_at AS "receivedAt", opened_at AS "openedAt", dismissed_at AS "dismissedAt"
  FROM (SELECT * FROM delivery WHERE id > $3::uuid AND id < $4::uuid ORDER BY id LIMIT $7) AS looked_at
  WHERE notification_id = $1 AND app_id = $2 AND ($5::text IS NULL OR state = $5)
  ORDER BY id LIMIT $6`;

/** The last of the rows that such a page looks at; none: there are fewer. $1, $2 as above, $3 how many are before it. Index: delivery_pkey. */
export const LAST_LOOKED_AT = `
  SELECT id FROM delivery WHERE id > $1::uuid AND id < $2::uuid ORDER BY id OFFSET $3 LIMIT 1`;
