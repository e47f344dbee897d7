import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** One line for everything that an operator changes, wherever in the console. */
export function logAction(logger: Logger, request: FastifyRequest, status: number, more: object = {}): void {
  logger.info({ action: `${request.method} ${request.url}`, status, address: request.ip, ...more }, 'operator action');
}

/** Logs every request of a scope that may have changed something, once it is answered. */
export function logActions(scope: FastifyInstance, logger: Logger): void {
  scope.addHook('onResponse', async (request, reply) => {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    logAction(logger, request, reply.statusCode);
  });
}
