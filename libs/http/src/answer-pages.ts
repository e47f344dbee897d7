import type { FastifyInstance } from 'fastify';
import { allowedMethods } from './allowed-methods.js';
import type { DeclaredRoute } from './route-guard.js';

/** Seconds for which a browser need not ask again; longer ones it does not believe. */
const MAX_AGE = '7200';
const MAY_SEND = 'authorization, content-type, dpop, idempotency-key, if-none-match, signalbox-user-token';
const MAY_READ = 'etag, ratelimit, ratelimit-policy, retry-after, www-authenticate';

/**
 * Lets pages of any origin call the routes that are declared `fromBrowsers`, and answers what a browser asks before (CORS, in the
 * Fetch standard). No origin is named: callers show a key or a token that only their own page has, and never a cookie.
 */
export function answerPages(fastify: FastifyInstance, routes: readonly DeclaredRoute[]): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.headers.origin === undefined) return done();
    const open = routes.filter(({ fromBrowsers }) => fromBrowsers);
    const methods = allowedMethods(open, request.url);
    if (methods.length === 0) return done();
    reply.header('access-control-allow-origin', '*');
    if (request.method === 'OPTIONS') {
      reply.header('access-control-allow-methods', methods.join(', '));
      reply.header('access-control-allow-headers', MAY_SEND);
      reply.header('access-control-max-age', MAX_AGE);
      void reply.code(204).send();
      return;
    }
    reply.header('access-control-expose-headers', MAY_READ);
    done();
  });
}
