import type { Logger } from '@signalbox/telemetry';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { execute } from '../../answer/verdict.js';
import type { ApiExchange } from './exchange.js';
import type { Route } from './route.js';

const LARGEST_BODY = 1024 * 1024;

/** HTTP on one side, `ApiExchange` on the other; decides nothing itself. */
export function createApiServer(routes: readonly Route[], exchange: ApiExchange, logger: Logger): FastifyInstance {
  const server = fastify({ logger: false, bodyLimit: LARGEST_BODY, forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  for (const route of routes) {
    server.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) => respond(route, request, reply),
    });
  }
  server.setNotFoundHandler((request, reply) => respond(undefined, request, reply));
  server.setErrorHandler((error, _request, reply) => {
    logger.error({ err: error }, "a request to Stripe's API failed in the sandbox itself");
    const message = error instanceof Error ? error.message : String(error);
    void reply.status(500).send({ error: { type: 'api_error', message: `the sandbox failed: ${message}` } });
  });

  function respond(route: Route | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const { method, url, headers, params } = request;
    const payload = typeof request.body === 'string' ? request.body : '';
    const path = params as Readonly<Record<string, string>>;
    execute(reply, exchange.handle(route, path, { method, url, headers, payload }));
  }

  return server;
}
