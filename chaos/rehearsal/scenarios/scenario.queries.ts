/** A fact without the work that it should have come with. $1 id, $2 app, $3 subject. Inserts into the partition of the id's day. */
export const ACCEPT_NOWHERE = `
  INSERT INTO event_log (id, app_id, type, subject, payload) VALUES ($1, $2, 'notification.accepted', $3, '{}')`;

/** $1 id. Index: event_log_pkey. */
export const FORGET_EVENT = `DELETE FROM event_log WHERE id = $1`;
