/**
 * Index: event_log_pkey; the bounds on id prune the partitions. The row 'notification.accepted' is the notification.
 */
export const NOTIFICATIONS_BY_ID = `
  SELECT id, app_id AS "appId", payload, content, dek_id AS "dekId"
  FROM event_log
  WHERE id = ANY ($1::uuid[]) AND id BETWEEN $2::uuid AND $3::uuid AND type = 'notification.accepted'`;

/** Edits of notifications. Index: event_log_pkey; the bounds on id prune the partitions. */
export const EDITS_BY_ID = `
  SELECT id, payload, content, dek_id AS "dekId"
  FROM event_log
  WHERE id = ANY ($1::uuid[]) AND id BETWEEN $2::uuid AND $3::uuid AND type = 'notification.edited'`;

/** The last edit of each of these notifications. $1 subjects, $2 the least id that any of them may have. Index: event_log_subject_id_idx. */
export const LAST_EDITS = `
  SELECT DISTINCT ON (subject) subject, id FROM event_log
  WHERE subject = ANY ($1::text[]) AND id >= $2::uuid AND type = 'notification.edited' ORDER BY subject, id DESC`;
