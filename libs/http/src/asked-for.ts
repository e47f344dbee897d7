import type { FastifyRequest } from 'fastify';
import type { AuthenticatedRequest } from './authenticator.js';

/** What a request asks for, as far as proofs of possession are bound to it, and from where. */
export function askedFor({ method, url, headers, ip }: FastifyRequest): AuthenticatedRequest {
  // Node joins a repeated header by commas, which no proof contains.
  return { method, url, dpop: [headers['dpop'] ?? []].flat().join() || undefined, address: ip };
}
