import { ConfigError } from '@signalbox/config';
import { MasterKeyRefused } from '@signalbox/credentials';
import { createLogger } from '@signalbox/telemetry';
import { readConfig } from './config.js';
import { startPush } from './service.js';

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
  if (!(error instanceof ConfigError || error instanceof MasterKeyRefused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 78; // EX_CONFIG of sysexits.h
}
