const RELOAD = 'SELECT pg_reload_conf()';

/** A disk that is slow to commit: each waits for 100 ms, the most that Postgres takes (in microseconds), with others or without. */
export const COMMIT_SLOWLY = [
  'ALTER SYSTEM SET commit_delay = 100000',
  'ALTER SYSTEM SET commit_siblings = 0',
  RELOAD,
] as const;
export const COMMIT_AS_USUAL = [
  'ALTER SYSTEM RESET commit_delay',
  'ALTER SYSTEM RESET commit_siblings',
  RELOAD,
] as const;

/** What a client sees of a server that is a copy: it answers, and takes no writes. */
export const REFUSE_WRITES = ['ALTER SYSTEM SET default_transaction_read_only = on', RELOAD] as const;
export const TAKE_WRITES = ['ALTER SYSTEM RESET default_transaction_read_only', RELOAD] as const;
