import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { describeRequest } from '../recording/describe-request.js';
import type { Recorded, RequestLog } from '../recording/request-log.js';
import { valid } from './problem.js';

const MAX_WAIT_MS = 30_000;

/** Query parameters arrive as text. */
export const count = z
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

/** What a log remembers, filtered and in pages, and forgetting it. The answer calls the list `name`. */
export function addList<Request extends Recorded, Filter>(
  server: FastifyInstance,
  path: string,
  name: string,
  log: RequestLog<Request, Filter>,
  filterSchema: z.ZodType<Filter>,
): void {
  server.get(path, async (request, reply) => {
    const query = Object.entries(z.record(z.string(), z.unknown()).parse(request.query));
    const { order, after, limit, waitMs } = valid(pagingQuery, request.query);
    const filter = valid(filterSchema, Object.fromEntries(query.filter(([field]) => !pagingNames.includes(field))));
    let page = log.page(filter, order, after, limit);
    if (page.requests.length === 0 && waitMs > 0) {
      const departed = new AbortController();
      reply.raw.once('close', () => departed.abort());
      await log.arrival(filter, AbortSignal.any([AbortSignal.timeout(waitMs), departed.signal]));
      page = log.page(filter, order, after, limit);
    }
    const last = page.requests.at(-1)?.seq ?? after;
    return {
      [name]: page.requests.map(describeRequest),
      next: last === undefined ? null : String(last),
      hasMore: page.hasMore,
    };
  });

  server.delete(path, (_request, reply) => {
    log.clear();
    return reply.status(204).send();
  });
}
