/** All that was written about these subjects. $1 subjects, $2 app, $3 not before this id. Index: event_log_subject_id_idx. */
export const FACTS_ABOUT = `SELECT id FROM event_log WHERE subject = ANY ($1::text[]) AND app_id = $2 AND id >= $3`;

/**
 * What endpoints answered to these events: a delivery's id has the time of its event. $1 events, $2, $3 the first ids of their
 * milliseconds and of those that follow. Indexes: webhook_delivery_pkey, webhook_attempt_pkey.
 */
export const FORGET_ANSWERS = `
  WITH about AS MATERIALIZED (
    SELECT d.id FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS e (id, first, next)
    JOIN webhook_delivery d ON d.id >= e.first AND d.id < e.next AND d.event_id = e.id
  )
  UPDATE webhook_attempt a SET answer = NULL, error = NULL FROM about
  WHERE a.delivery_id = about.id AND num_nonnulls(a.answer, a.error) > 0`;
