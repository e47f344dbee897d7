import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { prefixOf, Problem } from '@signalbox/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Engine } from './engine.js';

/** Everything that the engine answers itself. */
export const ENGINE_PATHS = [
  '/oauth/authorize',
  '/oauth/authorize/*',
  '/oauth/token',
  '/oauth/par',
  '/oauth/revoke',
  '/oauth/jwks',
  '/oauth/end-session',
  '/oauth/end-session/*',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
] as const;

/**
 * Serves the engine in a scope of its own: hooks such as limits and security headers run in front of it, no body is read before it
 * does, and it believes in one host, the issuer's, whatever a request says.
 */
export async function mountEngine(
  fastify: FastifyInstance,
  engine: Engine,
  { issuer, callsPerMinute }: { readonly issuer: string; readonly callsPerMinute: number },
): Promise<void> {
  const { host, protocol } = new URL(issuer);
  await fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    await scope.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          styleSrc: ["'unsafe-inline'"],
          imgSrc: ['data:'],
          // Allows nothing by itself. The engine adds the hash of a script of its own where it has one, if there is such a list.
          scriptSrc: ["'report-sample'"],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
        },
      },
      referrerPolicy: { policy: 'no-referrer' },
    });
    await scope.register(rateLimit, {
      max: callsPerMinute,
      timeWindow: '1 minute',
      // A phone network shows many phones under one address, and one visitor of IPv6 many addresses.
      keyGenerator: ({ ip }) => prefixOf(ip),
      errorResponseBuilder: (_request, { ttl }) => tooMany(ttl),
    });
    const answer = (request: FastifyRequest, reply: FastifyReply): void => {
      pinHost(request, host, protocol.slice(0, -1));
      reply.hijack();
      void engine.answer(request.raw, reply.raw);
    };
    for (const url of ENGINE_PATHS) scope.all(url, answer);
  });
}

/** The engine builds addresses out of these headers, and a visitor can write into them what it likes. */
function pinHost({ raw, ip }: FastifyRequest, host: string, protocol: string): void {
  const { headers } = raw;
  delete headers['x-forwarded-host'];
  headers.host = host;
  headers['x-forwarded-proto'] = protocol;
  headers['x-forwarded-for'] = ip;
}

function tooMany(ttlMs: number): Problem {
  const seconds = Math.ceil(ttlMs / 1_000);
  return new Problem({
    status: 429,
    code: 'too_many_requests',
    detail: `There are too many calls from your network; try again in ${seconds} s.`,
    headers: { 'retry-after': String(seconds) },
  });
}
