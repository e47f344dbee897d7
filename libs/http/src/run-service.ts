import { ConfigError } from '@signalbox/config';
import { MasterKeyRefused } from '@signalbox/credentials';
import { ClockSkewed, UnfitDatabase } from '@signalbox/database';
import { partsNotStopped, stopPart } from '@signalbox/resilience';
import { createLogger, type Logger, startTracing, type TracingConfig } from '@signalbox/telemetry';
import type { StopRequest } from './stop-request.js';

/** Reasons not to start that whoever starts it can act on: the message alone says everything. */
const REFUSALS = [ConfigError, MasterKeyRefused, ClockSkewed, UnfitDatabase];

/** EX_CONFIG and EX_SOFTWARE of sysexits.h. */
const REFUSED = 78;
const NOT_STOPPED = 70;

const STOP_SECONDS = 45;

export interface StopConfig {
  readonly LOG_LEVEL: string;
  /** Seconds that a stop may take, from the signal on; 45 unless told, less than Kubernetes or Compose wait until they kill it. */
  readonly STOP_SECONDS?: number | undefined;
  /** How many of these the service answers on, so that whoever balances load hears that it is going; none unless told. */
  readonly DRAIN_SECONDS?: number | undefined;
}

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
 * The life of a service's process: starts it, says where it answers, and when it is asked to stop finishes what was taken on. A start
 * that is asked to stop is stopped as soon as it has ended. What takes longer than STOP_SECONDS is named in the log, and the process
 * ends with 70, EX_SOFTWARE of sysexits.h; what it had under way is done by others when its leases run out.
 *
 * What an operator has to put right ends the process with 78, EX_CONFIG; other errors end it as they are.
 */
export async function runService<Config extends StopConfig & TracingConfig>(
  name: string,
  { readConfig, start, refusals = [], says = () => ({}) }: ServiceProgram<Config>,
  stop: StopRequest,
): Promise<void> {
  try {
    const config = readConfig();
    const { STOP_SECONDS: seconds = STOP_SECONDS, DRAIN_SECONDS: drain = 0 } = config;
    if (drain >= seconds) throw new ConfigError([`DRAIN_SECONDS: must be less than STOP_SECONDS, which is ${seconds}`]);
    const logger = createLogger(name, config.LOG_LEVEL);
    if (stop.hasBeenAsked()) {
      logger.info('stopped before it started');
      process.exit();
    }
    void stop.asked.then((signal) => {
      logger.info({ signal }, 'stopping: finishing what was taken on');
      endAfter(seconds, logger);
    });
    const service = await stopPart('the start', startTraced(name, start, config, logger));
    if (!stop.hasBeenAsked()) logger.info({ url: service.url, ...says(config), ready: true }, `${name} is ready`);
    await stop.asked;
    await stopPart('the service', service.close());
    // While Redis is away, a worker of BullMQ that was closed keeps a timer for ever.
    process.exit();
  } catch (error) {
    if (![...REFUSALS, ...refusals].some((refusal) => error instanceof refusal)) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    // Otherwise it would wait for the end of its own time limit.
    if (stop.hasBeenAsked()) process.exit(REFUSED);
    process.exitCode = REFUSED;
  }
}

async function startTraced<Config extends TracingConfig>(
  name: string,
  start: ServiceProgram<Config>['start'],
  config: Config,
  logger: Logger,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const tracing = await startTracing(name, config, logger);
  const service = await start(config, logger);
  return {
    url: service.url,
    async close() {
      await service.close();
      await stopPart('traces', tracing.close());
    },
  };
}

function endAfter(seconds: number, logger: Logger): void {
  setTimeout(() => {
    logger.error({ waitsFor: partsNotStopped(), seconds }, 'not stopped in time; ending all the same');
    process.exit(NOT_STOPPED);
  }, seconds * 1_000);
}
