import { z } from 'zod';

/** What is known of a provider for as long as its configuration stands. Nothing that it says later changes it. */
export const pinnedMetadata = z.object({
  /** What its identities are kept under, and what the parameter `iss` of its answers must be. */
  issuer: z.string(),
  /** What `iss` of its tokens may be. */
  issuers: z.array(z.string()).min(1),
  authorizationEndpoint: z.string(),
  tokenEndpoint: z.string(),
  jwksUri: z.string(),
  revocationEndpoint: z.string().optional(),
  /** Where it describes itself: for the canary alone. */
  discovery: z.string(),
  signingAlgorithms: z.array(z.string()),
  /** Whether its answers must carry `iss` (RFC 9207). */
  sendsIssuer: z.boolean(),
});
export type PinnedMetadata = z.output<typeof pinnedMetadata>;

/** Google's, as of 2026-11: https://accounts.google.com/.well-known/openid-configuration. Old SDKs leave the scheme out of `iss`. */
export const GOOGLE: PinnedMetadata = {
  issuer: 'https://accounts.google.com',
  issuers: ['https://accounts.google.com', 'accounts.google.com'],
  authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenEndpoint: 'https://oauth2.googleapis.com/token',
  jwksUri: 'https://www.googleapis.com/oauth2/v3/certs',
  revocationEndpoint: 'https://oauth2.googleapis.com/revoke',
  discovery: 'https://accounts.google.com/.well-known/openid-configuration',
  signingAlgorithms: ['RS256'],
  sendsIssuer: false,
};

/**
 * Apple's, as of 2026-11. On 2025-06-11 its discovery document named another issuer than its tokens did for some hours, and everybody
 * who had fetched it locked their users out.
 */
export const APPLE: PinnedMetadata = {
  issuer: 'https://appleid.apple.com',
  issuers: ['https://appleid.apple.com'],
  authorizationEndpoint: 'https://appleid.apple.com/auth/authorize',
  tokenEndpoint: 'https://appleid.apple.com/auth/token',
  jwksUri: 'https://appleid.apple.com/auth/keys',
  revocationEndpoint: 'https://appleid.apple.com/auth/revoke',
  discovery: 'https://appleid.apple.com/.well-known/openid-configuration',
  signingAlgorithms: ['RS256'],
  sendsIssuer: false,
};
