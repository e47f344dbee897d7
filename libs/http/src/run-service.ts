import { ConfigError } from '@signalbox/config';
import { MasterKeyRefused } from '@signalbox/credentials';
import { ClockSkewed } from '@signalbox/database';
import { createLogger, type Logger, startTracing, type TracingConfig } from '@signalbox/telemetry';

/** Reasons not to start that whoever starts it can act on: the message alone says everything. */
const REFUSALS = [ConfigError, MasterKeyRefused, ClockSkewed];

export interface ServiceProgram<Config> {
  readonly readConfig: () => Config;
  /** Resolves once it answers. */
  readonly start: (config: Config, logger: Logger) => Promise<{ readonly url: string; close(): Promise<void> }>;
  /** What this service refuses to start for, besides what every service does. */
  readonly refusals?: readonly (abstract new (...args: never[]) => Error)[];
  /** Said with the line that it is ready. */
  readonly says?: (config: Config) => object;
}

/**
 * The life of a service's process: starts it, says where it answers, and on SIGTERM or SIGINT finishes what was taken on.
 * What an operator has to put right ends the process with 78, EX_CONFIG of sysexits.h; other errors end it as they are.
 */
export async function runService<Config extends { readonly LOG_LEVEL: string } & TracingConfig>(
  name: string,
  { readConfig, start, refusals = [], says = () => ({}) }: ServiceProgram<Config>,
): Promise<void> {
  try {
    const config = readConfig();
    const logger = createLogger(name, config.LOG_LEVEL);
    const tracing = await startTracing(name, config, logger);
    const service = await start(config, logger);
    logger.info({ url: service.url, ...says(config), ready: true }, `${name} is ready`);

    const stop = async (signal: NodeJS.Signals): Promise<void> => {
      logger.info({ signal }, 'stopping: finishing what was taken on');
      await service.close();
      await tracing.close();
      // While Redis is away, a worker of BullMQ that was closed keeps a timer for ever.
      process.exit();
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
  } catch (error) {
    if (![...REFUSALS, ...refusals].some((refusal) => error instanceof refusal)) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 78;
  }
}
