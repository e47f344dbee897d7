import { type Database, openDatabase } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';

/** A pool whose transactions the server itself keeps read-only: the console shows tables, it never writes them. */
export function openReadOnly(databaseUrl: string, logger: Logger): Database {
  const url = new URL(databaseUrl);
  const options = url.searchParams.get('options');
  url.searchParams.set('options', `${options === null ? '' : `${options} `}-c default_transaction_read_only=on`);
  return openDatabase({
    url: url.href,
    name: 'signalbox-console',
    maxConnections: 2,
    statementTimeout: 5_000,
    onIdleError: (error) => logger.warn({ err: error }, 'a database connection broke; it is replaced'),
  });
}
