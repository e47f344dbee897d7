/**
 * A slice of what is older than events are kept, with what was decided about it; what is still in the inbox stays.
 * $1 the first id that is kept, $2 rows. Indexes: stripe_event_id_key, stripe_inbox_pkey, stripe_event_pkey, stripe_decision_pkey.
 */
export const PURGE_EVENTS = `
  WITH old AS MATERIALIZED (
    SELECT id, app_id, account, event_id FROM stripe_event e
    WHERE id < $1::uuid AND NOT EXISTS (SELECT FROM stripe_inbox i WHERE i.object_key = e.object_key AND i.event = e.id)
    ORDER BY id LIMIT $2
  ), decisions AS (
    DELETE FROM stripe_decision d USING old WHERE d.event = old.id
  )
  DELETE FROM stripe_event e USING old
  WHERE e.app_id = old.app_id AND e.account = old.account AND e.event_id = old.event_id`;

/**
 * The inbox by what became of its events. The time of an event is in its id. Sequential over what waits, which is little, and
 * over the dead, which somebody is to look at.
 */
export const COUNT_INBOX = `
  SELECT reason IS NOT NULL AS dead, count(*)::int AS count, min(event::text) AS oldest FROM stripe_inbox GROUP BY 1`;
