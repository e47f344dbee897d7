import { ConfigError } from '@signalbox/config';
import { MigrationFailed, migrate, refuseUnfitDatabase, UnfitDatabase } from '@signalbox/database';
import { migrateQueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { readConfig } from './config.js';

try {
  const config = readConfig();
  const logger = createLogger('migrate', config.logLevel);
  await refuseUnfitDatabase({ url: config.databaseUrl, poolerUrl: undefined });
  const applied = await migrate(config.databaseUrl, config.migrationsFolder, {
    onWait: (migration, [oldest]) => {
      const who =
        oldest === undefined
          ? 'nobody is in a transaction now'
          : `the longest transaction is of process ${oldest.pid} (${oldest.application}, ${oldest.state}), ${Math.round(oldest.seconds)} s`;
      logger.warn(
        { detail: `${migration}: ${who}` },
        'a migration got no lock in time and gave way; it is tried again',
      );
    },
  });
  // BullMQ's tables too, even where Redis carries the queues: so REDIS_URL can be taken away without another step.
  await migrateQueueBackend(config.databaseUrl);
  logger.info({ applied }, 'the database is up to date');
} catch (error) {
  if (![ConfigError, MigrationFailed, UnfitDatabase].some((refusal) => error instanceof refusal)) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
