import type { Metrics } from '@signalbox/telemetry';
import type { FastifyInstance, onResponseHookHandler } from 'fastify';

/** Seconds. Finer below 10 ms, where an accepted notification lives. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Times every route by its pattern, so that the number of series does not depend on callers. Must run before routes exist. */
export function timeRoutes(fastify: FastifyInstance, metrics: Metrics): void {
  const durations = metrics.histogram(
    'http_request_duration_seconds',
    'Time from the request line to the last byte',
    BUCKETS,
    ['method', 'route', 'status'],
  );
  fastify.addHook('onRoute', (route) => {
    const byStatus = new Map<number, { observe(seconds: number): void }>();
    const observe: onResponseHookHandler = (request, reply, done) => {
      let series = byStatus.get(reply.statusCode);
      if (series === undefined) {
        series = durations.labels(request.method, route.url, String(reply.statusCode));
        byStatus.set(reply.statusCode, series);
      }
      series.observe(reply.elapsedTime / 1000);
      done();
    };
    route.onResponse = [observe, ...[route.onResponse ?? []].flat()];
  });
}
