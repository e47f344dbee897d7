import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, onSendHookHandler } from 'fastify';
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
      if (endpoint.cache?.kind === 'revalidated') varyByCaller(reply);
      if (!isVersionOf(etag, request.headers['if-none-match'])) return done(null, payload);
      reply.code(304).removeHeader('content-type').removeHeader('content-length');
      // Of HEAD it is Fastify that takes the body away, and it wants to know how long it was.
      done(null, request.method === 'HEAD' ? payload : null);
    };
    // Before what Fastify has for HEAD, behind which there is nothing to judge by.
    route.onSend = [judge, ...[route.onSend ?? []].flat()] as onSendHookHandler[];
  });
}

/** The same path is another thing to another caller: an app's policy has its version in its ETag, and that of another app may have it, too. */
function varyByCaller(reply: FastifyReply): void {
  const others = [reply.getHeader('vary') ?? []].flat();
  reply.header('vary', [...others, 'Authorization'].join(', '));
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
