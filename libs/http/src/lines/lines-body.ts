import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ENDPOINT } from '../endpoint.js';
import { Problem } from '../problem.js';
import { type BodyLine, bodyLines } from './body-lines.js';
import '../fastify-types.js';

export const NDJSON = 'application/x-ndjson';

/** Lets routes that say so take their body line by line: then it is not read before the handler does. */
export function takeLines(fastify: FastifyInstance): void {
  const stopping = new AbortController();
  fastify.decorate('stopping', stopping.signal);
  fastify.addHook('preClose', async () => stopping.abort());
  fastify.addContentTypeParser(NDJSON, (request, body: Readable, done) => {
    const taken = request.routeOptions.config[ENDPOINT]?.lines !== undefined;
    done(taken ? null : notHere(), body);
  });
}

/** The lines of a request that came as NDJSON; undefined for any other. */
export function linesOf(request: FastifyRequest): AsyncIterable<BodyLine> | undefined {
  return cameInLines(request) ? bodyLines(request.body as Readable, request.server.stopping) : undefined;
}

export function cameInLines({ body }: FastifyRequest): boolean {
  return body instanceof Readable;
}

function notHere(): Problem {
  return new Problem({
    status: 415,
    code: 'unsupported_media_type',
    detail: 'This route takes no lines: send the body with the header Content-Type: application/json.',
  });
}
