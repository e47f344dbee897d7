import { ConfigError } from '@signalbox/config';
import { createLogger } from '@signalbox/telemetry';
import { readConfig } from './config.js';
import { startConsole } from './service.js';

try {
  const config = readConfig();
  const logger = createLogger('console', config.LOG_LEVEL);
  const operators = await startConsole(config, logger);
  logger.info({ url: operators.url, ready: true }, 'console is ready');

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    logger.info({ signal }, 'stopping');
    await operators.close();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 78; // EX_CONFIG of sysexits.h
}
