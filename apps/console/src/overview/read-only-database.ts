import { type Database, openDatabase } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';

/** The console shows tables, it never writes them. */
export function openReadOnly(databaseUrl: string, logger: Logger): Database {
  return openDatabase({
    url: databaseUrl,
    name: 'signalbox-console',
    readOnly: true,
    maxConnections: 2,
    statementTimeout: 5_000,
    onIdleError: (error) => logger.warn({ err: error }, 'a database connection broke; it is replaced'),
  });
}
