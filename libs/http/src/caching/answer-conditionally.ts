import { hash } from 'node:crypto';
import type { FastifyInstance, onSendHookHandler } from 'fastify';
import { ENDPOINT } from '../endpoint.js';
import { cacheControlOf, isConditional } from './cache-policy.js';

/**
 * Says of the good answers of reads who may keep them, and answers 304 to whoever has them already (RFC 9110, section 13). The ETag is a
 * hash of what would be sent, unless the handler has set one that says more: what was read for it is saved by nobody, the way is.
 */
export function answerConditionally(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const endpoint = route.config?.[ENDPOINT];
    const [method] = [route.method].flat();
    if (endpoint === undefined || method === undefined || !isConditional(method, endpoint.cache)) return;
    const cacheControl = cacheControlOf(endpoint.cache);
    const judge: onSendHookHandler = (request, reply, payload, done) => {
      if (reply.statusCode !== 200 || typeof payload !== 'string') return done(null, payload);
      const set = reply.getHeader('etag');
      const etag = typeof set === 'string' ? set : etagOf(payload);
      reply.header('cache-control', cacheControl).header('etag', etag);
      if (!isVersionOf(etag, request.headers['if-none-match'])) return done(null, payload);
      reply.code(304).removeHeader('content-type').removeHeader('content-length');
      done(null, null);
    };
    route.onSend = [...[route.onSend ?? []].flat(), judge] as onSendHookHandler[];
  });
}

/** A strong ETag of what is sent, to the byte (RFC 9110 section 8.8.3). */
export function etagOf(body: string): string {
  return `"${hash('sha256', body, 'base64url')}"`;
}

/** Whether a caller names this version in `If-None-Match`, among those that it has; weakly, as RFC 9110 wants it. */
export function isVersionOf(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === etag.replace(/^W\//, ''));
}
