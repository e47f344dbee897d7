import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { describeRequest } from '../recording/describe-request.js';
import type { Recorded, RequestLog } from '../recording/request-log.js';
import type { Controlled } from './controlled.js';
import { valid } from './problem.js';

const MAX_WAIT_MS = 30_000;

/** Query parameters arrive as text. */
const count = z
  .string()
  .regex(/^\d{1,15}$/, 'a whole number')
  .transform(Number);

const pagingFields = {
  order: z.enum(['asc', 'desc']).default('asc'),
  after: count.optional(),
  limit: count.pipe(z.int().min(1).max(1000)).default(100),
  waitMs: count.pipe(z.int().max(MAX_WAIT_MS)).default(0),
};
const pagingQuery = z.object(pagingFields);
const pagingNames = Object.keys(pagingFields);

const apnsFilter = z.strictObject({
  token: z.string().optional(),
  apnsId: z.string().optional(),
  topic: z.string().optional(),
  keyId: z.string().optional(),
  status: count.optional(),
  reason: z.string().optional(),
});
const fcmFilter = z.strictObject({
  token: z.string().optional(),
  projectId: z.string().optional(),
  clientEmail: z.string().optional(),
  keyId: z.string().optional(),
  status: count.optional(),
  errorCode: z.string().optional(),
  messageName: z.string().optional(),
});

/** What was received, and how it ended. */
export function addRequestRoutes(server: FastifyInstance, { apns, fcm }: Controlled): void {
  addList(server, '/v1/apns', apns.log, apnsFilter);
  server.get('/v1/apns/stats', () => ({
    remembered: apns.log.size,
    endings: apns.counts.all(),
    providerTokens: apns.tokens.distinct(),
    connections: apns.connections.counts(),
  }));

  addList(server, '/v1/fcm', fcm.log, fcmFilter);
  server.get('/v1/fcm/stats', () => ({
    remembered: fcm.log.size,
    endings: fcm.counts.all(),
    accessTokens: fcm.tokenCounts.all(),
    connections: fcm.connections.counts(),
  }));
}

function addList<Request extends Recorded, Filter>(
  server: FastifyInstance,
  base: string,
  log: RequestLog<Request, Filter>,
  filterSchema: z.ZodType<Filter>,
): void {
  server.get(`${base}/requests`, async (request, reply) => {
    const query = Object.entries(z.record(z.string(), z.unknown()).parse(request.query));
    const { order, after, limit, waitMs } = valid(pagingQuery, request.query);
    const filter = valid(filterSchema, Object.fromEntries(query.filter(([name]) => !pagingNames.includes(name))));
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

  server.delete(`${base}/requests`, (_request, reply) => {
    log.clear();
    return reply.status(204).send();
  });
}
