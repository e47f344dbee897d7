/**
 * Ends every signing secret by hand. The API refuses to end the last one of a source, and wants one without an end of a new source.
 * Sequential over the secrets, which are few.
 */
export const END_SECRETS = `UPDATE stripe_secret SET not_after = now() WHERE not_after IS NULL OR not_after > now()`;

/** Events that wait to be worked on. Sequential over the inbox, which holds nothing else but the dead. */
export const UNDECIDED = `SELECT event FROM stripe_inbox WHERE reason IS NULL`;

/** As if they had come at another time: it is in the id. $1 ids, $2 the ids that they get, $3 milliseconds between. Index: stripe_event_id_key. */
export const RECEIVED_BEFORE = `
  WITH moved AS (
    UPDATE stripe_event e SET id = m.later, received_at = received_at - $3 * interval '1 ms'
    FROM unnest($1::uuid[], $2::uuid[]) AS m (id, later) WHERE e.id = m.id
  )
  UPDATE stripe_inbox i SET event = m.later FROM unnest($1::uuid[], $2::uuid[]) AS m (id, later) WHERE i.event = m.id`;

/** What nobody can read is decided by hand; a version of ours that knows its shape would do so. Index: stripe_inbox_dead_idx. */
export const DECIDE_THE_DEAD = `
  WITH dead AS (DELETE FROM stripe_inbox WHERE reason IS NOT NULL RETURNING event)
  INSERT INTO stripe_decision (event, decision) SELECT event, 'stored' FROM dead`;

/** As what builds an index while others write must not do. Nobody stores an event meanwhile; reading goes on. */
export const LOCK_EVENTS = `LOCK TABLE stripe_event IN SHARE MODE`;

/** As if the last comparisons had been so long ago, and whoever runs one had lost it. $1 milliseconds. Sequential over the cursors, which are few. */
export const COMPARED_BEFORE = `
  UPDATE stripe_cursor SET ran_at = ran_at - $1 * interval '1 ms', through = through - $1 * interval '1 ms', lease_until = NULL`;

/** The cursors that no comparison has ended of in the last minute. Sequential over them. */
export const NOT_COMPARED = `SELECT slice FROM stripe_cursor WHERE coalesce(ran_at, through) < now() - interval '1 min'`;

/** As if what is unknown had been called so much earlier. $1 milliseconds. Index: payment_operation_settle_at_idx. */
export const CALLED_BEFORE = `
  UPDATE payment_operation SET started_at = started_at - $1 * interval '1 ms' WHERE settle_at IS NOT NULL AND state = 'unknown' RETURNING id`;

/** Has what is unknown asked for at once, as the runbook does. Index: payment_operation_settle_at_idx. */
export const ASK_NOW = `UPDATE payment_operation SET settle_at = now() WHERE settle_at IS NOT NULL AND state = 'unknown'`;

/** Index: payment_operation_settle_at_idx. */
export const UNSETTLED = `SELECT id FROM payment_operation WHERE settle_at IS NOT NULL`;
