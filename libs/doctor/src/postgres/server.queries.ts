/** What durability and room depend on. Catalogs only. */
export const SERVER_FACTS = `
  SELECT current_setting('server_version_num')::int AS version,
    current_setting('fsync') AS fsync, current_setting('full_page_writes') AS "fullPageWrites",
    current_setting('synchronous_commit') AS "synchronousCommit", current_setting('autovacuum') AS autovacuum,
    current_setting('synchronous_standby_names') AS "standbyNames",
    current_setting('max_connections')::int AS "maxConnections",
    current_setting('superuser_reserved_connections')::int + current_setting('reserved_connections', true)::int AS reserved,
    current_setting('max_locks_per_transaction')::int AS "maxLocks",
    current_setting('max_prepared_transactions')::int AS "maxPrepared",
    pg_is_in_recovery() AS "inRecovery",
    (SELECT max(age(datfrozenxid))::float8 FROM pg_database) AS "oldestXidAge",
    (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS connected,
    (SELECT count(*)::int FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent
      WHERE c.relname IN ('event_log', 'delivery') AND c.relkind = 'p')
      + (SELECT count(*)::int FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent JOIN pg_index x ON x.indrelid = i.inhrelid
      WHERE c.relname IN ('event_log', 'delivery') AND c.relkind = 'p') AS "partitionRelations"`;

/** Sessions that have an open transaction and do nothing. Catalog only. $1 seconds. */
export const IDLE_IN_TRANSACTION = `
  SELECT application_name AS name, pid, extract(epoch FROM now() - state_change)::float8 AS seconds FROM pg_stat_activity
  WHERE state LIKE 'idle in transaction%' AND state_change < now() - $1 * interval '1 s' ORDER BY state_change LIMIT 5`;

/** Catalog only; empty for a role that may not see it, and for a server without replicas. */
export const REPLICAS = `
  SELECT coalesce(nullif(application_name, ''), host(client_addr), 'unnamed') AS name, state, sync_state AS "syncState",
    extract(epoch FROM replay_lag)::float8 AS "lagSeconds"
  FROM pg_stat_replication ORDER BY 1`;
