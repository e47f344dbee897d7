/** All of it, once, after a run: sequential over the run's own rows. */
export const OUTCOMES = `
  SELECT notification_id AS id, state FROM delivery
  UNION ALL
  SELECT id, 'accepted' FROM event_log WHERE type = 'notification.accepted'
  UNION ALL
  SELECT n.id, split_part(e.type, '.', 2) FROM event_log e
  JOIN event_log n ON n.subject = e.subject AND n.type = 'notification.accepted'
  WHERE e.type IN ('notification.cancelled', 'notification.undeliverable')`;

/** Sequential over the small work table. */
export const OPEN_ITEMS = `SELECT coalesce(sum(jsonb_array_length(items)), 0)::int AS items FROM push_work`;
