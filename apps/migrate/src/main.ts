import { ConfigError } from '@signalbox/config';
import { MigrationFailed, migrate, OWN_MIGRATIONS, UnfitDatabase } from '@signalbox/database';
import { migrateQueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { readConfig } from './config.js';
import { NobodyAnswers, untilItAnswers } from './until-it-answers.js';

try {
  const config = readConfig();
  const logger = createLogger('migrate', config.logLevel);
  await untilItAnswers(config.databaseUrl, () => logger.warn('the database does not answer yet; it is waited for'));
  const applied = await migrate(config.databaseUrl, OWN_MIGRATIONS, {
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
  if (![ConfigError, MigrationFailed, NobodyAnswers, UnfitDatabase].some((refusal) => error instanceof refusal))
    throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
