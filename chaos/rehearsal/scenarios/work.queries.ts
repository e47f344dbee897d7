/** As if it had been due for so much longer. $1 queue, $2 seconds. Sequential over the small work table. */
export const AGE_WORK = `UPDATE push_work SET due_at = due_at - $2 * interval '1 s' WHERE queue = $1`;

/** Of a session that no service opened: ours end by themselves when they sit in an open transaction. */
export const SIT_STILL = `SET LOCAL idle_in_transaction_session_timeout = 0`;

/** Nobody reads revocations meanwhile, and it counts as a write: the feed shows nothing that is younger. */
export const ALTER_REVOCATIONS = `LOCK TABLE revocation_event IN ACCESS EXCLUSIVE MODE`;

/** Until it has ended nothing can be attached beside what it has read. The first row of the primary key. */
export const READ_WITHOUT_END = `SELECT id FROM event_log_default ORDER BY id LIMIT 1`;
