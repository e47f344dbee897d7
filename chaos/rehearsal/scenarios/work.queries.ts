/** A fact without the work that it should have come with. $1 id, $2 app, $3 subject. Inserts into the partition of the id's day. */
export const ACCEPT_NOWHERE = `
  INSERT INTO event_log (id, app_id, type, subject, payload) VALUES ($1, $2, 'notification.accepted', $3, '{}')`;

/** $1 id. Index: event_log_pkey. */
export const FORGET_EVENT = `DELETE FROM event_log WHERE id = $1`;

/** As if it had been due for so much longer. $1 queue, $2 seconds. Sequential over the small work table. */
export const AGE_WORK = `UPDATE push_work SET due_at = due_at - $2 * interval '1 s' WHERE queue = $1`;

/** Nobody reads revocations meanwhile, and it counts as a write: the feed shows nothing that is younger. */
export const ALTER_REVOCATIONS = `LOCK TABLE revocation_event IN ACCESS EXCLUSIVE MODE`;

/** Until it has ended nothing can be attached beside what it has read. The first row of the primary key. */
export const READ_WITHOUT_END = `SELECT id FROM event_log_default ORDER BY id LIMIT 1`;
