import { ConfigError } from '@signalbox/config';
import { MasterKeyRefused } from '@signalbox/credentials';
import { createLogger } from '@signalbox/telemetry';
import { loadConfig } from './config.js';
import { startAuth } from './service.js';

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
  if (!(error instanceof ConfigError || error instanceof MasterKeyRefused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 78; // EX_CONFIG of sysexits.h
}
