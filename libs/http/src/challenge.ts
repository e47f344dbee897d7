/** How a caller authenticates itself: with a token that is enough by itself, or one that is bound to a key (RFC 9449). */
export type Scheme = 'Bearer' | 'DPoP';

export type ChallengeError =
  | 'invalid_token'
  | 'insufficient_scope'
  /** RFC 9470: sign in again, or more strongly. */
  | 'insufficient_user_authentication'
  | 'invalid_dpop_proof';

/** A WWW-Authenticate header (RFC 6750 section 3). Values are ours: without quotes, backslashes or anything that was sent. */
export function challenge(
  scheme: Scheme,
  error: ChallengeError,
  parameters: Readonly<Record<string, string | number>> = {},
): { readonly 'www-authenticate': string } {
  const said = Object.entries({ error, ...parameters }).map(([name, value]) => `${name}="${value}"`);
  return { 'www-authenticate': `${scheme} ${said.join(', ')}` };
}

/** The scheme that an Authorization header used. */
export function schemeOf(authorizationHeader: string | undefined): Scheme {
  return /^DPoP /i.test(authorizationHeader ?? '') ? 'DPoP' : 'Bearer';
}
