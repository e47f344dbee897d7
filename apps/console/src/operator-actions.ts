import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** One line for everything that an operator changes, wherever in the console. */
export function logAction(logger: Logger, request: FastifyRequest, status: number, more: object = {}): void {
  logger.info(
    { action: `${request.method} ${pathOf(request)}`, status, address: request.ip, ...more },
    'operator action',
  );
}

/** Logs every request of a scope that may have changed something, once it is answered. */
export function logActions(scope: FastifyInstance, logger: Logger): void {
  scope.addHook('onResponse', async (request, reply) => {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    logAction(logger, request, reply.statusCode);
  });
}

/** As it reads, so that the logger sees what must not be in a log; a query is no part of what was done. */
function pathOf({ url }: FastifyRequest): string {
  const path = url.split('?', 1)[0]!;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
