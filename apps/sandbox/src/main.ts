import { ConfigError } from '@signalbox/config';
import { createLogger } from '@signalbox/telemetry';
import { readConfig } from './config.js';
import { StateDirectoryError } from './identity/state-directory.js';
import { PortError, startSandbox } from './sandbox.js';

/** Boot errors that the operator can act on: the message alone says everything. */
const EXPLAINED = [ConfigError, PortError, StateDirectoryError];

async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger('sandbox', config.logLevel);
  const sandbox = await startSandbox(config, logger);
  const { controlPort, apnsPort, fcmPort, stripePort, braintreePort, signInPort, mailPort, webPushPort } = sandbox;
  // Always written, whatever LOG_LEVEL says: whoever started the process waits for this line.
  createLogger('sandbox', 'info').info(
    { ready: true, controlPort, apnsPort, fcmPort, stripePort, braintreePort, signInPort, mailPort, webPushPort },
    'sandbox ready',
  );

  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    sandbox.stop().catch((error: unknown) => {
      logger.error({ err: error }, 'the sandbox did not stop cleanly');
      process.exitCode = 1;
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  const logger = createLogger('sandbox', 'fatal');
  if (EXPLAINED.some((kind) => error instanceof kind))
    logger.fatal(error instanceof Error ? error.message : String(error));
  else logger.fatal({ err: error }, 'the sandbox could not start');
  process.exitCode = 1;
});
