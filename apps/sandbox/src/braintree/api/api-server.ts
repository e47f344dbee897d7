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
      url: `/merchants/:merchantId${route.path}`,
      handler: (request, reply) => respond(route, request, reply),
    });
  }
  server.setNotFoundHandler((request, reply) => respond(undefined, request, reply));
  server.setErrorHandler((error, _request, reply) => {
    logger.error({ err: error }, "a request to Braintree's API failed in the sandbox itself");
    const message = error instanceof Error ? error.message : String(error);
    void reply.status(500).send(`the sandbox failed: ${message}`);
  });

  function respond(route: Route | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const { method, url, headers } = request;
    const payload = typeof request.body === 'string' ? request.body : '';
    const path = { merchantId: merchantIn(url), ...(request.params as Readonly<Record<string, string>>) };
    const acceptsGzip = (headers['accept-encoding'] ?? '').includes('gzip');
    const { authorization } = headers;
    execute(reply, exchange.handle(route, path, { method, url, authorization, acceptsGzip, payload }));
  }

  return server;
}

/** Of a path without a route, so that its key is looked at before it is said that there is nothing. */
function merchantIn(url: string): string {
  return /^\/merchants\/([^/?]+)/.exec(url)?.[1] ?? '';
}
