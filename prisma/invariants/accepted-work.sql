-- Every accepted item is in exactly one place: a work row's items, a final delivery, a refusal, a cancellation.
-- A broadcast has as many of these as phones that it looked at.
-- Answers one row per violation; no row means that the invariant holds. May be run at any time, also under load, since a
-- statement sees one moment. $1: notifications from this id on.
--
-- A live item is one that its work row still owes: an item whose delivery is unknown, or is retrying and behind it, or was
-- begun and not ended. (A row
-- that was flushed in part still lists what is settled; its next holder drops that.)
--
-- A part of a notification that was put off for some of its users may be owed to routing while others have theirs, and may be
-- taken back then.
WITH accepted AS MATERIALIZED (
  SELECT id, subject FROM event_log l WHERE type = 'notification.accepted' AND id >= $1::uuid
    AND NOT EXISTS (SELECT FROM broadcast b WHERE b.id = l.id)
), owed AS MATERIALIZED (
  SELECT (item ->> 'n')::uuid AS notification_id, (item ->> 'd')::uuid AS delivery_id, (item ->> 'a')::int AS attempt,
    item ? 'u' OR item ? 'v' AS is_part
  FROM push_work CROSS JOIN LATERAL jsonb_array_elements(items) AS item
), outcome AS MATERIALIZED (
  SELECT id, notification_id, state, attempt FROM delivery WHERE id >= $1::uuid
), live AS MATERIALIZED (
  SELECT o.notification_id, o.delivery_id
  FROM owed o LEFT JOIN outcome d ON d.id = o.delivery_id
  WHERE o.delivery_id IS NOT NULL AND (d.id IS NULL OR (d.state = 'retrying' AND d.attempt < o.attempt)
    OR (d.state = 'sending' AND d.attempt <= o.attempt))
), unrouted AS (
  SELECT notification_id, count(*) AS times, count(*) FILTER (WHERE NOT is_part) AS whole
  FROM owed WHERE delivery_id IS NULL GROUP BY 1
), untried AS (
  SELECT notification_id, count(*) AS times FROM owed WHERE delivery_id IS NULL AND coalesce(attempt, 1) = 1 GROUP BY 1
), fact AS (
  SELECT subject,
    bool_or(type = 'notification.cancelled') AS cancelled,
    bool_or(type = 'notification.undeliverable') AS undeliverable,
    bool_or(type = 'notification.delayed') AS delayed,
    max((payload ->> 'deliveries')::int) FILTER (WHERE type = 'notification.routed') AS deliveries
  FROM event_log
  WHERE type IN ('notification.cancelled', 'notification.undeliverable', 'notification.delayed', 'notification.routed') AND id >= $1::uuid
  GROUP BY subject
), per_delivery AS (
  SELECT coalesce(d.notification_id, l.notification_id) AS notification_id, coalesce(d.id, l.delivery_id) AS delivery_id,
    d.state, count(l.delivery_id) AS live
  FROM outcome d FULL JOIN live l ON l.delivery_id = d.id
  GROUP BY 1, 2, 3
), per_notification AS (
  SELECT notification_id, count(*) AS deliveries FROM per_delivery GROUP BY 1
)
SELECT a.id AS notification_id, NULL::uuid AS delivery_id, 'nowhere: not owed, not delivered, not refused, not cancelled' AS problem
FROM accepted a
LEFT JOIN unrouted u ON u.notification_id = a.id
LEFT JOIN fact f ON f.subject = a.subject
LEFT JOIN per_notification p ON p.notification_id = a.id
WHERE u.times IS NULL AND NOT coalesce(f.cancelled, false) AND NOT coalesce(f.undeliverable, false)
  AND coalesce(p.deliveries, 0) < coalesce(f.deliveries, 1)
UNION ALL
SELECT a.id, NULL, 'in two places: owed to routing ' || u.times || ' times, with ' || coalesce(p.deliveries, 0) || ' deliveries'
FROM accepted a
JOIN unrouted u ON u.notification_id = a.id
LEFT JOIN fact f ON f.subject = a.subject
LEFT JOIN per_notification p ON p.notification_id = a.id
WHERE u.whole > 1 OR (u.whole > 0 AND (u.times > u.whole OR p.deliveries > 0))
  OR coalesce(f.cancelled, false) OR coalesce(f.undeliverable, false)
UNION ALL
SELECT a.id, NULL, 'ended without a delivery, and yet has ' || p.deliveries
FROM accepted a
JOIN fact f ON f.subject = a.subject
JOIN per_notification p ON p.notification_id = a.id
WHERE (f.cancelled AND NOT f.delayed) OR f.undeliverable
UNION ALL
SELECT a.id, p.delivery_id, 'delivery is ' || coalesce(p.state, 'pending') || ' and owed ' || p.live || ' times'
FROM accepted a
JOIN per_delivery p ON p.notification_id = a.id
WHERE p.live <> CASE WHEN p.state IS NULL OR p.state IN ('retrying', 'sending') THEN 1 ELSE 0 END
UNION ALL
SELECT d.notification_id, d.id, 'is dead and not in the list of dead letters'
FROM outcome d
WHERE d.state = 'dead' AND NOT EXISTS (SELECT FROM dead_letter l WHERE l.id = d.id)
UNION ALL
SELECT l.notification_id, l.id, 'was replayed, and its replay ' || l.replay_id || ' is neither owed nor delivered'
FROM dead_letter l
WHERE l.notification_id >= $1::uuid AND l.resolution = 'replayed'
  AND NOT EXISTS (SELECT FROM owed o WHERE o.delivery_id = l.replay_id)
  AND NOT EXISTS (SELECT FROM outcome d WHERE d.id = l.replay_id)
UNION ALL
SELECT b.id, p.delivery_id, 'delivery is ' || coalesce(p.state, 'pending') || ' and owed ' || p.live || ' times'
FROM broadcast b
JOIN per_delivery p ON p.notification_id = b.id
WHERE b.id >= $1::uuid AND p.live <> CASE WHEN p.state IS NULL OR p.state IN ('retrying', 'sending') THEN 1 ELSE 0 END
UNION ALL
SELECT b.id, NULL, 'looked at ' || b.taken || ' phones, and ' || found.phones || ' of them are somewhere'
FROM broadcast b
CROSS JOIN LATERAL (
  SELECT coalesce((SELECT deliveries FROM per_notification WHERE notification_id = b.id), 0)
    + coalesce((SELECT times FROM untried WHERE notification_id = b.id), 0)
    + coalesce((b.counted ->> 'dropped')::int, 0)
    - (SELECT count(*) FROM dead_letter l WHERE l.notification_id = b.id AND l.resolution = 'replayed') AS phones
) AS found
WHERE b.id >= $1::uuid AND b.taken <> found.phones;
