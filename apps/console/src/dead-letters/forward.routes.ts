import { parseId } from '@signalbox/contracts';
import { problemOfError, problems } from '@signalbox/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from '../pages/send-problem.js';
import type { ServiceClient } from '../services/service-client.js';

/** The dead letters of the push service, and nothing else of it. */
const FORWARDED = {
  GET: ['/v1/dead-letters', '/v1/dead-letters/groups', '/v1/dead-letters/:id'],
  POST: [
    '/v1/dead-letters/replay',
    '/v1/dead-letters/discard',
    '/v1/dead-letters/:id/replay',
    '/v1/dead-letters/:id/discard',
  ],
} as const;

/** What of an answer's head is meant for whoever asked. */
const HEADERS = ['content-type', 'retry-after', 'idempotency-replayed'];

/**
 * `/v1/dead-letters` as push has it, for a signed-in operator: push checks the request and knows the operator by the
 * console's token.
 */
export async function forwardRoutes(fastify: FastifyInstance, { push }: { push: ServiceClient }): Promise<void> {
  fastify.setErrorHandler((error, _request, reply) => sendProblem(reply, problemOfError(error)));
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));
  const forward = (method: keyof typeof FORWARDED) => async (request: FastifyRequest, reply: FastifyReply) => {
    const { body, headers } = request;
    const contentType = headers['content-type'];
    const answer = await push.request({
      method,
      path: pathOf(request),
      ...(Buffer.isBuffer(body) ? { body: body as Buffer<ArrayBuffer> } : {}),
      ...(contentType === undefined ? {} : { contentType }),
    });
    for (const name of HEADERS) {
      const value = answer.headers.get(name);
      if (value !== null) reply.header(name, value);
    }
    return reply.code(answer.status).send(answer.body);
  };
  for (const path of FORWARDED.GET) fastify.get(path, forward('GET'));
  for (const path of FORWARDED.POST) fastify.post(path, forward('POST'));
}

/** Made anew from the route that was matched: a path with an id such as `..` would lead elsewhere on push. */
function pathOf(request: FastifyRequest): string {
  const { id } = request.params as { id?: string };
  if (id !== undefined && parseId('delivery', id) === undefined)
    throw problems.notFound(`there is no dead letter ${id}`);
  const query = request.url.indexOf('?');
  const path = request.routeOptions.url!.replace(':id', id ?? '');
  return query < 0 ? path : path + request.url.slice(query);
}
