import type { Logger } from '@signalbox/telemetry';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ApiExchange, Verdict } from './exchange.js';
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
    const verdict = exchange.handle(route, path, { method, url, headers, payload });
    // From here on it is ours to answer, late or never.
    reply.hijack();
    if (verdict.kind === 'hang') return;
    if (verdict.latencyMs > 0) setTimeout(() => finish(reply, verdict), verdict.latencyMs).unref();
    else finish(reply, verdict);
  }

  return server;
}

function finish(reply: FastifyReply, verdict: Exclude<Verdict, { kind: 'hang' }>): void {
  if (reply.raw.destroyed) return;
  if (verdict.kind === 'disconnect') {
    reply.raw.destroy();
    return;
  }
  const { status, headers, body } = verdict.answer;
  const length = String(Buffer.byteLength(body));
  reply.raw.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers }).end(body);
}
