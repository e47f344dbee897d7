import { errors, jwtVerify } from 'jose';
import { tokenOf } from './claims.js';
import type { KeySet } from './key-set.js';
import { TokenRefused } from './token-refused.js';
import { SKEW, type VerifiedToken } from './verified-token.js';

export interface OurTokens {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeySet;
}

/** Verifies access tokens of our own issuer. @throws TokenRefused, KeysAway */
export async function verifyOurToken(token: string, { issuer, audience, keys }: OurTokens): Promise<VerifiedToken> {
  const { generation } = keys;
  try {
    const { payload } = await jwtVerify(token, keys.find, {
      // Pinned: a token must not choose its own algorithm (RFC 8725 section 3.1).
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer,
      audience,
      clockTolerance: SKEW,
      requiredClaims: ['exp', 'iat'],
    });
    return { ...tokenOf(payload, Date.now() / 1_000 + SKEW), keys, generation };
  } catch (error) {
    throw refusalOf(error);
  }
}

/** What is wrong with a token, in a sentence; an error that says nothing about it comes back as it is. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new TokenRefused('It has expired.');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new TokenRefused(`Its ${error.claim} is missing or wrong.`);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return new TokenRefused('Its signature is wrong.');
  if (error instanceof errors.JOSEAlgNotAllowed) return new TokenRefused('Its algorithm is not allowed.');
  if (error instanceof errors.JOSEError) return new TokenRefused('It is no JWT that can be verified.');
  return error;
}
