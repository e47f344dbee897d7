import type { Logger, Metrics } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import { ENDPOINT } from '../endpoint.js';
import { Problem } from '../problem.js';
import { type Deprecation, timesOf } from './deprecation.js';
import { UsersOfTheOld } from './users-of-the-old.js';

/**
 * Says on every answer of a deprecated route, refusals too, that it is (`Deprecation`, RFC 9745), when it ends (`Sunset`, RFC 8594) and
 * where to go (`Link`); answers 410 once it has ended; and counts who still calls it. Must run after `guardRoutes`, since who calls is
 * known then, and before any route is registered.
 *
 * @throws UnusableDeprecation, out of the registration, naming the route.
 */
export function announceDeprecations(fastify: FastifyInstance, metrics: Metrics, logger: Logger): void {
  const requests = metrics.counter('deprecated_requests_total', 'Requests to routes that will be gone, or are', [
    'method',
    'route',
  ]);
  fastify.addHook('onRoute', (route) => {
    const deprecation = route.config?.[ENDPOINT]?.deprecated;
    if (deprecation === undefined) return;
    const { since, sunset } = timesOf(`${[route.method].flat().join()} ${route.url}`, deprecation);
    const headers = {
      deprecation: `@${Math.floor(since / 1_000)}`,
      sunset: new Date(sunset).toUTCString(),
    };
    const users = new UsersOfTheOld(logger, route.url);
    const announce: onRequestHookHandler = (request, reply, done) => {
      reply.headers(headers);
      const link = linksOf(deprecation, request);
      if (link !== '') reply.header('link', link);
      done();
    };
    const see: onRequestHookHandler = (request, _reply, done) => {
      requests.labels(request.method, route.url).inc();
      users.saw(request);
      done(Date.now() < sunset ? undefined : gone(deprecation, request));
    };
    route.onRequest = [announce, ...[route.onRequest ?? []].flat(), see];
  });
}

function linksOf({ successor, guide }: Deprecation, request: FastifyRequest): string {
  return [
    ...(guide === undefined ? [] : [`<${guide}>; rel="deprecation"; type="text/html"`]),
    ...(successor === undefined ? [] : [`<${filled(successor, request)}>; rel="successor-version"`]),
  ].join(', ');
}

function filled(path: string, { params }: FastifyRequest): string {
  return path.replaceAll(/:(\w+)/g, (_all, name: string) =>
    encodeURIComponent((params as Readonly<Record<string, string>>)[name] ?? ''),
  );
}

function gone({ sunset, successor, guide }: Deprecation, request: FastifyRequest): Problem {
  const instead = successor === undefined ? '' : ` Call ${filled(successor, request)} instead.`;
  const page = guide === undefined ? '' : ` How to change over: ${guide}`;
  return new Problem({
    status: 410,
    code: 'route_gone',
    detail: `This route ended at ${sunset}.${instead}${page}`,
  });
}
