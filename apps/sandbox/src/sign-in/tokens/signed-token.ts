import { createHash, randomBytes, sign } from 'node:crypto';
import type { SigningKey } from './signing-keys.js';
import { type Claims, payloadText, twistedClaims, type Twists } from './twists.js';

/** A JWS in its compact form, RS256; wrong in the ways that `twists` names. */
export function signedToken(
  { kid, privateKey }: SigningKey,
  type: string | undefined,
  claims: Claims,
  twists: Twists,
): string {
  const header = {
    alg: twists.includes('alg-none') ? 'none' : 'RS256',
    ...(!twists.includes('missing-kid') && {
      kid: twists.includes('unknown-key') ? randomBytes(5).toString('hex') : kid,
    }),
    ...(type !== undefined && { typ: type }),
  };
  const payload = payloadText(twistedClaims(claims, twists), twists);
  const text = `${encoded(JSON.stringify(header))}.${encoded(payload)}`;
  if (header.alg === 'none') return `${text}.`;
  const signature = sign('sha256', Buffer.from(text), privateKey);
  if (twists.includes('wrong-signature')) signature[0]! ^= 1;
  return `${text}.${signature.toString('base64url')}`;
}

/** `at_hash` and `c_hash` of OpenID Connect: the left half of the SHA-256. */
export function halfHash(value: string): string {
  return createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url');
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url');
}
