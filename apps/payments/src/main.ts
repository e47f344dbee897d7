import { ConfigError } from '@signalbox/config';
import { MasterKeyRefused } from '@signalbox/credentials';
import { ClockSkewed } from '@signalbox/database';
import { createLogger } from '@signalbox/telemetry';
import { readConfig } from './config.js';
import { EdgeBroken } from './edge/self-test.js';
import { startPayments } from './service.js';
import { SourceWithoutSecret } from './sources/refuse-silent-sources.js';

/** Reasons not to start that whoever starts it can act on: the message alone says everything. */
const REFUSALS = [ConfigError, MasterKeyRefused, ClockSkewed, SourceWithoutSecret, EdgeBroken];

try {
  const config = readConfig();
  const logger = createLogger('payments', config.LOG_LEVEL);
  const payments = await startPayments(config, logger);
  logger.info(
    { url: payments.url, queues: config.REDIS_URL === undefined ? 'postgres' : 'redis', ready: true },
    'payments is ready',
  );

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    logger.info({ signal }, 'stopping: finishing what was taken on');
    await payments.close();
    // While Redis is away, a worker of BullMQ that was closed keeps a timer for ever.
    process.exit();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
} catch (error) {
  if (!REFUSALS.some((refusal) => error instanceof refusal)) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 78; // EX_CONFIG of sysexits.h
}
