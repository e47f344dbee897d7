-- Every delivery of an event to a webhook endpoint is in exactly one place: owed by a work row, waiting in its subject's line,
-- or ended. Answers one row per violation; no row means that the invariant holds. May be run at any time, also under load,
-- since a statement sees one moment. $1: deliveries from this id on.
--
-- A live item is one that its work row still owes: an item whose delivery is open and whose attempt is behind it. (A row
-- that was flushed in part still lists what is settled; its next holder drops that.)
WITH delivery AS MATERIALIZED (
  SELECT id, endpoint_id, state, attempt FROM webhook_delivery WHERE id >= $1::uuid
), live AS MATERIALIZED (
  SELECT d.id, count(*) AS times
  FROM events_work w CROSS JOIN LATERAL jsonb_array_elements(w.items) AS item
  JOIN delivery d ON d.id = (item ->> 'd')::uuid
  WHERE d.state IN ('pending', 'retrying') AND d.attempt < (item ->> 'a')::int
  GROUP BY d.id
), line AS MATERIALIZED (
  SELECT delivery_id AS id, row_number() OVER (PARTITION BY endpoint_id, subject ORDER BY seq) AS place FROM webhook_line
)
SELECT d.id AS delivery_id, 'is ' || d.state || ' and nobody owes it' AS problem
FROM delivery d LEFT JOIN live USING (id) LEFT JOIN line USING (id)
WHERE d.state IN ('pending', 'retrying') AND live.id IS NULL AND coalesce(line.place, 1) = 1
UNION ALL
SELECT d.id, 'waits at place ' || line.place || ' of its line and is owed already'
FROM delivery d JOIN live USING (id) JOIN line USING (id) WHERE line.place > 1
UNION ALL
SELECT d.id, 'has ended and is still in line' FROM delivery d JOIN line USING (id) WHERE d.state IN ('delivered', 'failed')
UNION ALL
SELECT l.id, 'is in line and not there at all' FROM line l
WHERE l.id >= $1::uuid AND NOT EXISTS (SELECT FROM delivery d WHERE d.id = l.id);
