import { jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { SignInProvider } from '../providers/sign-in-provider.js';
import { parseStrictJson } from './strict-json.js';
import { troubleOfError } from './trouble-of-error.js';
import { ProviderTrouble } from './trouble.js';

/** Seconds by which clocks may differ. */
const CLOCK_TOLERANCE = 10;

/** Apple says some of them as text. */
const saysYes = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** The claims that count. Whatever else stands in a token is not looked at. */
const idTokenClaims = z.object({
  iss: z.string(),
  sub: z.string().min(1).max(255),
  /** One of ours: that it is among them was checked. */
  aud: z.union([z.string(), z.tuple([z.string()]).transform(([one]) => one)]),
  azp: z.string().optional(),
  nonce: z.string().optional(),
  email: z.string().max(320).optional(),
  email_verified: saysYes.default(false),
  is_private_email: saysYes.default(false),
  name: z.string().optional(),
  /** Google: the organisation that the account belongs to, which owns the address. */
  hd: z.string().optional(),
});
export type IdTokenClaims = z.output<typeof idTokenClaims>;

export interface TokenRules {
  /** Our clients that it may be for. */
  readonly audiences: readonly string[];
  /** Who may have asked for it besides. */
  readonly parties: readonly string[];
  /** Says whether the nonce is the one that was given out; absent is for it to judge as well. */
  readonly isNonce: (nonce: string | undefined) => boolean;
}

/**
 * Judges an id_token, whichever way it came: signed by a key of the provider, of its pinned issuer, for us, not over, and asked for with
 * our nonce.
 *
 * @throws ProviderTrouble
 */
export async function verifyIdToken(
  token: string,
  { metadata }: SignInProvider,
  keys: JWTVerifyGetKey,
  rules: TokenRules,
): Promise<IdTokenClaims> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: [...metadata.issuers],
      audience: [...rules.audiences],
      algorithms: metadata.signingAlgorithms,
      clockTolerance: CLOCK_TOLERANCE,
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    // jose takes whichever of two claims with one name comes last.
    parseStrictJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const claims = idTokenClaims.parse(payload);
    const { azp, nonce } = claims;
    if (azp !== undefined && ![...rules.audiences, ...rules.parties].includes(azp)) {
      throw new ProviderTrouble('wrong_audience');
    }
    if (!rules.isNonce(nonce)) throw new ProviderTrouble('wrong_nonce');
    return claims;
  } catch (error) {
    if (error instanceof z.ZodError) throw new ProviderTrouble('bad_answer', error);
    throw troubleOfError(error);
  }
}
