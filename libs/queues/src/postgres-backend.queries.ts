/** When this Postgres began to run: another time means that it crashed, or that it is another one. */
export const RUNNING_SINCE = 'SELECT pg_postmaster_start_time()::text AS since';

/** Index: job_ready_idx. BullMQ's own getWaiting(0, 0) answers the newest job on Postgres, where Redis answers the next. */
export const NEXT_JOB = `SELECT id, data FROM job WHERE queue = $1 AND state = 'waiting' ORDER BY priority, seq LIMIT 1`;
