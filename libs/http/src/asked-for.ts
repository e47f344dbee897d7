import type { FastifyRequest } from 'fastify';
import type { AuthenticatedRequest } from './authenticator.js';

/** What a request asks for, as far as proofs of possession are bound to it. */
export function askedFor({ method, url, headers }: FastifyRequest): AuthenticatedRequest {
  // Node joins a repeated header by commas, which no proof contains.
  return { method, url, dpop: [headers['dpop'] ?? []].flat().join() || undefined };
}
