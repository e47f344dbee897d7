import type { FastifyInstance } from 'fastify';
import { parseJsonBody } from './json/parse-json-body.js';

/**
 * JSON in, JSON out: replaces Fastify's parsers by ours, and says on every answer that it is not to be cached or
 * guessed at. A route's own `cache` overrules the first.
 */
export function speakJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes: Buffer, done) => {
    let body: unknown;
    try {
      body = parseJsonBody(bytes);
    } catch (error) {
      done(error as Error);
      return;
    }
    done(null, body);
  });
  fastify.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store');
    reply.header('x-content-type-options', 'nosniff');
    done();
  });
}
