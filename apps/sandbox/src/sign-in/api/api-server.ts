import type { Logger } from '@signalbox/telemetry';
import { fastify, type FastifyInstance } from 'fastify';
import { execute } from '../../answer/verdict.js';
import type { SignInExchange } from './exchange.js';

const LARGEST_BODY = 1024 * 1024;

/** HTTP on one side, `SignInExchange` on the other; decides nothing itself. */
export function createApiServer(exchange: SignInExchange, logger: Logger): FastifyInstance {
  const server = fastify({ logger: false, bodyLimit: LARGEST_BODY, forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  server.setErrorHandler((error, _request, reply) => {
    logger.error({ err: error }, 'a request to a sign-in provider failed in the sandbox itself');
    const message = error instanceof Error ? error.message : String(error);
    void reply.status(500).send({ error: 'server_error', error_description: `the sandbox failed: ${message}` });
  });
  server.all('/*', async (request, reply) => {
    const { method, url, headers, body } = request;
    const payload = typeof body === 'string' ? body : '';
    execute(reply, await exchange.handle({ method, url, authorization: headers.authorization, payload }));
  });
  return server;
}
