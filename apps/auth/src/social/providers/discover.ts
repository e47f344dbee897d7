import { z } from 'zod';
import { ProviderTrouble } from '../calls/trouble.js';
import type { CallContext, ProviderCalls } from '../calls/provider-calls.js';
import type { PinnedMetadata } from './pinned-metadata.js';

const endpoint = z.url({ protocol: /^https?$/ }).max(1_024);

/** The part of OpenID Connect Discovery 1.0 section 3 that is used. */
const discoveryDocument = z.object({
  issuer: z.string().max(1_024),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  revocation_endpoint: endpoint.optional(),
  id_token_signing_alg_values_supported: z.array(z.string().max(20)).max(50).default(['RS256']),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
});

/** Signatures of somebody's private key alone: never `none`, nor a secret that both sides know. */
const ASYMMETRIC = /^(?:RS|PS|ES)(?:256|384|512)$|^EdDSA$|^Ed25519$/;

export function discoveryUrlOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/**
 * Asks a provider once where its endpoints are.
 *
 * @param expected what it may call itself.
 * @throws ProviderTrouble; `wrong_issuer` where it calls itself something else.
 */
export async function discover(
  calls: ProviderCalls,
  url: string,
  expected: readonly string[],
  context: CallContext,
): Promise<PinnedMetadata> {
  const read = discoveryDocument.safeParse(await calls.json(url, context));
  if (!read.success) throw new ProviderTrouble('bad_answer', read.error);
  const { data } = read;
  if (!expected.includes(data.issuer)) throw new ProviderTrouble('wrong_issuer');
  const signingAlgorithms = data.id_token_signing_alg_values_supported.filter((name) => ASYMMETRIC.test(name));
  if (signingAlgorithms.length === 0) throw new ProviderTrouble('bad_answer');
  return {
    issuer: data.issuer,
    issuers: [data.issuer],
    authorizationEndpoint: data.authorization_endpoint,
    tokenEndpoint: data.token_endpoint,
    jwksUri: data.jwks_uri,
    ...(data.revocation_endpoint === undefined ? {} : { revocationEndpoint: data.revocation_endpoint }),
    discovery: url,
    signingAlgorithms,
    sendsIssuer: data.authorization_response_iss_parameter_supported,
  };
}
