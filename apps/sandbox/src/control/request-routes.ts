import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { describeRequest } from '../apns/describe-request.js';
import type { Controlled } from './controlled.js';
import { valid } from './problem.js';

const MAX_WAIT_MS = 30_000;

/** Query parameters arrive as text. */
const count = z
  .string()
  .regex(/^\d{1,15}$/, 'a whole number')
  .transform(Number);

const listQuery = z.strictObject({
  token: z.string().optional(),
  apnsId: z.string().optional(),
  topic: z.string().optional(),
  keyId: z.string().optional(),
  status: count.optional(),
  reason: z.string().optional(),
  order: z.enum(['asc', 'desc']).default('asc'),
  after: count.optional(),
  limit: count.pipe(z.int().min(1).max(1000)).default(100),
  waitMs: count.pipe(z.int().max(MAX_WAIT_MS)).default(0),
});

/** What was received. */
export function addRequestRoutes(server: FastifyInstance, { log, exchange, connections }: Controlled): void {
  server.get('/v1/apns/requests', async (request, reply) => {
    const { order, after, limit, waitMs, ...filter } = valid(listQuery, request.query);
    let page = log.page(filter, order, after, limit);
    if (page.requests.length === 0 && waitMs > 0) {
      const departed = new AbortController();
      reply.raw.once('close', () => departed.abort());
      await log.arrival(filter, AbortSignal.any([AbortSignal.timeout(waitMs), departed.signal]));
      page = log.page(filter, order, after, limit);
    }
    const last = page.requests.at(-1)?.seq ?? after;
    return {
      requests: page.requests.map(describeRequest),
      next: last === undefined ? null : String(last),
      hasMore: page.hasMore,
    };
  });

  server.delete('/v1/apns/requests', (_request, reply) => {
    log.clear();
    return reply.status(204).send();
  });

  server.get('/v1/apns/stats', () => ({
    remembered: log.size,
    endings: exchange.counts(),
    connections: connections.counts(),
  }));
}
