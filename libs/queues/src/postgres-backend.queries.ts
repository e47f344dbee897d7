/** When this Postgres began to run: another time means that it crashed, or that it is another one. */
export const RUNNING_SINCE = 'SELECT pg_postmaster_start_time()::text AS since';
