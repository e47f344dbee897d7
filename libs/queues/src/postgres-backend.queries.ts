/** When this Postgres began to run: another time means that it crashed, or that it is another one. */
const SINCE = 'extract(epoch FROM pg_postmaster_start_time())::text';

export const RUNNING_SINCE = `SELECT ${SINCE} AS since`;

/** Whether it is no longer the one that ran since $1. */
export const IS_ANOTHER = `${SINCE} <> $1`;

/** Index: job_ready_idx. BullMQ's own getWaiting(0, 0) answers the newest job on Postgres, where Redis answers the next. */
export const NEXT_JOB = `SELECT id, data FROM job WHERE queue = $1 AND state = 'waiting' ORDER BY priority, seq LIMIT 1`;

/**
 * Of which of the queues $1 a job is active, and of which one could be taken now, $2 in milliseconds since 1970. Indexes: job_active_idx,
 * job_ready_idx, job_delayed_idx.
 */
export const STANDING_JOBS = `
  SELECT * FROM (
    SELECT queue,
      EXISTS (SELECT FROM job WHERE job.queue = worked.queue AND state = 'active') AS "isActive",
      EXISTS (SELECT FROM job WHERE job.queue = worked.queue AND state = 'waiting')
        OR EXISTS (SELECT FROM job WHERE job.queue = worked.queue AND state = 'delayed' AND process_at_ms <= $2::bigint) AS "isWaiting"
    FROM unnest($1::text[]) AS worked (queue)) AS standing
  WHERE "isActive" OR "isWaiting"`;
