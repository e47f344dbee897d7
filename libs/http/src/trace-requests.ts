import { beginRequest, isTracing } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Asked for by machines every few seconds; nobody looks for one of these. */
const UNTRACED: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics']);

/**
 * A span for each request, a part of the caller's trace if it sends a `traceparent`. It knows the route's pattern and nothing that the
 * caller wrote. Must run before any other hook, so that whatever happens is part of it; where nobody traces there are no hooks.
 */
export function traceRequests(fastify: FastifyInstance): void {
  if (!isTracing()) return;
  const spans = new WeakMap<FastifyRequest, NonNullable<ReturnType<typeof beginRequest>>>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const span = UNTRACED.has(request.routeOptions.url ?? '')
      ? undefined
      : beginRequest(request.method, request.headers['traceparent']?.toString());
    if (span === undefined) return done();
    spans.set(request, span);
    span.within(done);
  });
  // The body came as a stream, and streams call back from where they were opened.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else span.within(done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    spans.get(request)?.end(request.method, request.routeOptions.url, reply.statusCode);
    done();
  });
}
