import type { Grant } from '../grants/grant.js';
import type { Person } from '../people/person.js';
import type { Provider } from '../providers/provider.js';
import { halfHash, signedToken } from './signed-token.js';

/** What an ID token is given out with; it names them by their hashes. */
interface Company {
  readonly accessToken?: string;
  readonly code?: string;
}

/** An ID token as this provider makes it at the moment. */
export async function idToken(
  provider: Provider,
  person: Person,
  grant: Grant,
  { accessToken, code }: Company = {},
): Promise<string> {
  const { dialect, faults } = provider;
  const [key] = await provider.signingKeys();
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    iss: provider.nameIn('tokens'),
    aud: grant.clientId,
    sub: person.sub,
    iat,
    exp: iat + dialect.idTokenSeconds,
    ...(grant.nonce !== undefined && { nonce: grant.nonce }),
    ...(accessToken !== undefined && { at_hash: halfHash(accessToken) }),
    ...(code !== undefined && { c_hash: halfHash(code) }),
    ...dialect.claims(person, grant),
  };
  return signedToken(key!, dialect.tokenType, claims, faults.behaviour.idToken);
}
