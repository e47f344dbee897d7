export const COUNT_STATEMENTS = `CREATE EXTENSION IF NOT EXISTS pg_stat_statements`;

export const RESET_STATEMENTS = `SELECT pg_stat_statements_reset()`;

/** By the time that they took in all. */
export const STATEMENTS = `
  SELECT calls::int AS calls, (total_exec_time + total_plan_time) AS ms, total_plan_time AS "planMs", rows::int AS rows,
    wal_bytes::float8 AS wal, left(regexp_replace(query, '\\s+', ' ', 'g'), 90) AS text
  FROM pg_stat_statements ORDER BY total_exec_time + total_plan_time DESC LIMIT 14`;
