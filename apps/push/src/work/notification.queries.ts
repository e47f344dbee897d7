/**
 * Index: event_log_pkey; the bounds on id prune the partitions. The row 'notification.accepted' is the notification.
 */
export const NOTIFICATIONS_BY_ID = `
  SELECT id, app_id AS "appId", payload, content, dek_id AS "dekId"
  FROM event_log
  WHERE id = ANY ($1::uuid[]) AND id BETWEEN $2::uuid AND $3::uuid AND type = 'notification.accepted'`;
