import { randomBytes } from 'node:crypto';

/** What can be wrong with a token that a provider signs. */
export const TOKEN_TWISTS = [
  'alg-none',
  'duplicate-keys',
  'expired',
  'html-in-name',
  'json-booleans',
  'missing-kid',
  'no-nonce',
  'unknown-key',
  'wrong-audience',
  'wrong-nonce',
  'wrong-signature',
] as const;
export type TokenTwist = (typeof TOKEN_TWISTS)[number];
export type Twists = readonly TokenTwist[];

export type Claims = Readonly<Record<string, unknown>>;

/** A name that does harm where it is written into a page as it is. */
export const HTML_NAME = '<img src=x onerror=alert(1)> "Ann" </script><script>alert(2)</script>';
const HOUR = 3600;

/** The claims of a token that is wrong in these ways. */
export function twistedClaims(claims: Claims, twists: Twists): Claims {
  const twisted: Record<string, unknown> = { ...claims };
  const now = Math.floor(Date.now() / 1000);
  if (twists.includes('expired')) Object.assign(twisted, { iat: now - 2 * HOUR, exp: now - HOUR });
  if (twists.includes('wrong-audience')) Object.assign(twisted, { aud: 'somebody-else', azp: 'somebody-else' });
  if (twists.includes('wrong-nonce')) twisted['nonce'] = randomBytes(16).toString('hex');
  if (twists.includes('no-nonce')) delete twisted['nonce'];
  if (twists.includes('json-booleans')) {
    for (const [claim, value] of Object.entries(twisted))
      if (value === 'true' || value === 'false') twisted[claim] = value === 'true';
  }
  return twisted;
}

/** JSON in which somebody else stands first: who reads the first of two equal keys takes this token for theirs. */
export function payloadText(claims: Claims, twists: Twists): string {
  const text = JSON.stringify(claims);
  if (!twists.includes('duplicate-keys')) return text;
  return `{"sub":"somebody-else","email":"victim@example.com","email_verified":true,${text.slice(1)}`;
}
