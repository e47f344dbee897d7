/** Whether there is a partition of that name. $1 name. Catalog only. */
export const IS_THERE = `SELECT to_regclass($1) IS NOT NULL AS "isThere"`;

/** Of a session that no service opened: ours end by themselves when they sit in an open transaction. */
export const SIT_STILL = `SET LOCAL idle_in_transaction_session_timeout = 0`;
