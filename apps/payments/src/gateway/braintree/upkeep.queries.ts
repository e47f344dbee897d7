/**
 * A slice of notifications older than they are kept, with what was decided; what is dead or not decided stays. $1 the first id that is
 * kept, $2 rows. Indexes: braintree_event_pkey, braintree_decision_pkey.
 */
export const PURGE_NOTIFICATIONS = `
  WITH old AS MATERIALIZED (
    SELECT e.id FROM braintree_event e JOIN braintree_decision d ON d.event = e.id AND d.decision <> 'dead'
    WHERE e.id < $1::uuid ORDER BY e.id LIMIT $2
  ), decisions AS (
    DELETE FROM braintree_decision d USING old WHERE d.event = old.id
  )
  DELETE FROM braintree_event e USING old WHERE e.id = old.id`;
