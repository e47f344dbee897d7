import { ConfigError } from '@signalbox/config';
import { MasterKeyRefused } from '@signalbox/credentials';
import { ClockSkewed } from '@signalbox/database';
import { createLogger } from '@signalbox/telemetry';
import { readConfig } from './config.js';
import { startPush } from './service.js';

/** Reasons not to start that whoever starts it can act on: the message alone says everything. */
const REFUSALS = [ConfigError, MasterKeyRefused, ClockSkewed];

try {
  const config = readConfig();
  const logger = createLogger('push', config.LOG_LEVEL);
  const push = await startPush(config, logger);
  logger.info(
    { url: push.url, queues: config.REDIS_URL === undefined ? 'postgres' : 'redis', roles: [...config.PUSH_ROLES] },
    'push is ready',
  );

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    logger.info({ signal }, 'stopping: finishing what was taken on');
    await push.close();
    // While Redis is away, a worker of BullMQ that was closed keeps a timer for ever.
    process.exit();
  };
  process.once('SIGTERM', (signal) => void stop(signal));
  process.once('SIGINT', (signal) => void stop(signal));
} catch (error) {
  if (!REFUSALS.some((refusal) => error instanceof refusal)) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 78; // EX_CONFIG of sysexits.h
}
