import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@signalbox/telemetry';

/** Nest's own lines in the service's log. Its wiring chatter (modules, mapped routes) is for debugging only. */
export function nestLogger(logger: Logger): LoggerService {
  return {
    log: (message: unknown, context?: unknown) => logger.debug({ context }, String(message)),
    debug: (message: unknown, context?: unknown) => logger.debug({ context }, String(message)),
    verbose: (message: unknown, context?: unknown) => logger.trace({ context }, String(message)),
    warn: (message: unknown, context?: unknown) => logger.warn({ context }, String(message)),
    error: (message: unknown, ...details: unknown[]) => logger.error({ context: details.at(-1) }, String(message)),
    fatal: (message: unknown, ...details: unknown[]) => logger.fatal({ context: details.at(-1) }, String(message)),
  };
}
