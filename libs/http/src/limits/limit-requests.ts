import type { Metrics } from '@signalbox/telemetry';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { ENDPOINT } from '../endpoint.js';
import { Problem } from '../problem.js';
import type { Account } from './account.js';
import type { RequestLimiter } from './request-limiter.js';
import { classOf, ROUTE_CLASSES } from './route-class.js';

/**
 * Counts the requests of each key and user, says on every answer what is left (`RateLimit`, `RateLimit-Policy`:
 * draft-ietf-httpapi-ratelimit-headers-11), and refuses what is too much before its body is read. Must run after `guardRoutes`, since who
 * calls is known then, and before any route is registered.
 */
export function limitRequests(fastify: FastifyInstance, limiter: RequestLimiter, metrics: Metrics): void {
  const refused = metrics.counter('rate_limited_total', 'Requests refused since their caller sent too many', ['class']);
  for (const routeClass of ROUTE_CLASSES) refused.labels(routeClass).inc(0);
  fastify.addHook('onRoute', (route) => {
    const endpoint = route.config?.[ENDPOINT];
    if (endpoint === undefined) return;
    const routeClass = classOf([route.method].flat()[0]!, endpoint);
    if (routeClass === undefined) return;
    const limit: onRequestHookHandler = ({ caller }, reply, done) => {
      if (caller === null || caller.kind === 'operator') return done();
      const account = limiter.accountOf(caller, routeClass);
      const isAllowed = account.take();
      reply.header('ratelimit-policy', account.policyHeader);
      reply.header('ratelimit', account.stateHeader);
      if (isAllowed) return done();
      refused.labels(routeClass).inc();
      done(tooMany(account, caller.kind));
    };
    route.onRequest = [...[route.onRequest ?? []].flat(), limit];
  });
}

function tooMany(account: Account, kind: 'app' | 'user'): Problem {
  const { retryAfter, limits } = account;
  const who = kind === 'app' ? 'API key' : 'user';
  return new Problem({
    status: 429,
    code: 'too_many_requests',
    detail:
      `This ${who} may send ${limits.burst} such requests at once and ${limits.perSecond} a second in the long run. ` +
      `Nothing was done; send it again in ${retryAfter} s. RateLimit on every answer says what is left.`,
    errors: [{ in: 'header', pointer: '/authorization', reason: 'has sent too many requests' }],
    headers: { 'retry-after': String(retryAfter) },
  });
}
