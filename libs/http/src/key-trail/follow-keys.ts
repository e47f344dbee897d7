import type { FastifyInstance, FastifyRequest, onResponseHookHandler } from 'fastify';
import type { Uuid } from '@signalbox/contracts';
import type { KeyTrail } from './key-trail.js';

/** Has the trail see every request that came with an API key, or with a token that one was exchanged for. Must run before routes exist. */
export function followKeys(fastify: FastifyInstance, trail: KeyTrail): void {
  fastify.addHook('onRoute', (route) => {
    const { url } = route;
    const see: onResponseHookHandler = (request, reply, done) => {
      const keyId = keyOf(request);
      if (keyId !== undefined) {
        const { refusal } = request;
        const sent = request.headers['x-request-id'];
        trail.saw(keyId, {
          at: Date.now(),
          method: request.method,
          route: url,
          status: reply.statusCode,
          code: refusal === null ? null : refusal.code,
          ms: reply.elapsedTime,
          address: request.ip,
          requestId: refusal?.instance ?? (typeof sent === 'string' ? sent : undefined),
        });
      }
      done();
    };
    route.onResponse = [...[route.onResponse ?? []].flat(), see];
  });
}

function keyOf({ caller }: FastifyRequest): Uuid | undefined {
  if (caller?.kind !== 'app') return undefined;
  // A client's token is no key of the app.
  return caller.keyKind === 'token' && caller.clientId?.startsWith('key_') !== true ? undefined : caller.keyId;
}
