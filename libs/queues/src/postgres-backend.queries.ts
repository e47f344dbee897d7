/**
 * When this Postgres began to run: another time means that it crashed, or is another one. A backend's crash begins it anew
 * without a new postmaster, which its checkpointer tells to whoever may see it (pg_read_all_stats).
 */
export const RUNNING_SINCE = `
  SELECT coalesce((SELECT backend_start FROM pg_stat_activity WHERE backend_type = 'checkpointer' AND backend_start IS NOT NULL),
    pg_postmaster_start_time())::text AS since`;
