import { ConfigError } from '@signalbox/config';
import { MasterKeyRefused } from '@signalbox/credentials';
import { ClockSkewed } from '@signalbox/database';
import { createLogger } from '@signalbox/telemetry';
import { loadConfig } from './config.js';
import { startAuth } from './service.js';

/** Reasons not to start that whoever starts it can act on: the message alone says everything. */
const REFUSALS = [ConfigError, MasterKeyRefused, ClockSkewed];

try {
  const config = loadConfig();
  const logger = createLogger('auth', config.LOG_LEVEL);
  const auth = await startAuth(config, logger);
  logger.info({ url: auth.url, ready: true }, 'auth is ready');

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    logger.info({ signal }, 'stopping');
    await auth.close();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
} catch (error) {
  if (!REFUSALS.some((refusal) => error instanceof refusal)) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 78; // EX_CONFIG of sysexits.h
}
