import { randomBytes, randomInt } from 'node:crypto';
import { nameParts, type Person, relayAddress } from '../people/person.js';
import type { Claims } from '../tokens/twists.js';
import type { Dialect, Refusal, RefusalWords } from './dialect.js';

const PATHS = {
  discovery: '/.well-known/openid-configuration',
  authorize: '/auth/authorize',
  token: '/auth/token',
  revoke: '/auth/revoke',
  jwks: '/auth/keys',
};
const CLAIMS =
  'aud email email_verified exp iat is_private_email iss nonce nonce_supported real_user_status sub transfer_sub';
const RESPONSE_TYPES = ['code', 'code id_token', 'id_token code'];

const REFUSALS: Record<Refusal, RefusalWords> = {
  'unknown-client': { status: 400, error: 'invalid_client' },
  'bad-secret': { status: 400, error: 'invalid_client' },
  'bad-verifier': { status: 400, error: 'invalid_grant' },
  'missing-verifier': { status: 400, error: 'invalid_grant' },
  'expired-code': invalidGrant('The code has expired or has been revoked.'),
  'unknown-code': invalidGrant('The code has expired or has been revoked.'),
  'used-code': invalidGrant('The code has already been used.'),
  'foreign-code': invalidGrant('client_id mismatch. The code was not issued to this client.'),
  'unknown-refresh-token': invalidGrant('The token has expired or has been revoked.'),
  'other-redirect': invalidGrant(
    'Invalid redirect_uri parameter in the request does not match the redirect_uri in the authorization request.',
  ),
  'missing-parameter': { status: 400, error: 'invalid_request' },
  'unsupported-grant': { status: 400, error: 'unsupported_grant_type' },
};

/** https://developer.apple.com/documentation/signinwithapplerestapi */
export const APPLE: Dialect = {
  title: 'Apple',
  paths: PATHS,
  discovery: (issuer) => ({
    issuer,
    authorization_endpoint: `${issuer}${PATHS.authorize}`,
    token_endpoint: `${issuer}${PATHS.token}`,
    revocation_endpoint: `${issuer}${PATHS.revoke}`,
    jwks_uri: `${issuer}${PATHS.jwks}`,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'name'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    claims_supported: CLAIMS.split(' '),
  }),

  authorizeFault(params) {
    const [type, mode] = [params.get('response_type') ?? '', params.get('response_mode') ?? 'query'];
    const scopes = (params.get('scope') ?? '').split(' ');
    const invalid = (description: string) => ({ error: 'invalid_request', description });
    if (!RESPONSE_TYPES.includes(type)) return { error: 'unsupported_response_type', description: type };
    if (!['query', 'fragment', 'form_post'].includes(mode)) return invalid('Invalid response mode');
    if (mode !== 'form_post' && (scopes.includes('name') || scopes.includes('email')))
      return invalid('response_mode must be form_post when name or email scope is requested.');
    if (mode === 'query' && type.includes('id_token')) return invalid('Invalid response mode');
    return undefined;
  },
  redirectsFaults: false,
  cancelled: 'user_cancelled_authorize',
  responseParams: () => ({}),
  userParam(person, scopes, first) {
    if (!first || !(scopes.includes('name') || scopes.includes('email'))) return undefined;
    const { given = '', family = '' } = nameParts(person.name);
    return {
      ...(scopes.includes('name') && { name: { firstName: given, lastName: family } }),
      ...(scopes.includes('email') && { email: shownAddress(person) }),
    };
  },
  usesPkce: false,
  isOffline: () => true,

  codeSeconds: 300,
  accessSeconds: 3600,
  idTokenSeconds: 86_400,
  newCode: () => opaque('c'),
  newAccessToken: () => opaque('a'),
  newRefreshToken: () => opaque('r'),
  tokenType: undefined,
  claims(person, { scopes, authTime, realUserStatus }): Claims {
    const email = scopes.includes('email') ? shownAddress(person) : undefined;
    return {
      ...(email !== undefined && { email, email_verified: String(person.emailVerified) }),
      ...(email !== undefined && person.privateRelay && { is_private_email: 'true' }),
      auth_time: authTime,
      nonce_supported: true,
      ...(realUserStatus !== undefined && { real_user_status: realUserStatus }),
    };
  },
  tokenParams: () => ({}),
  refusal: (why) => REFUSALS[why],
  revokesForAnybody: false,

  nativeAnswer: ({ idToken, code, user }) => ({ identityToken: idToken, authorizationCode: code, user }),
  consentGroup: (client) => ('teamId' in client ? client.teamId : client.clientId),
};

/** The address that the app is told. */
export function shownAddress(person: Person): string | undefined {
  return person.privateRelay ? relayAddress(person) : person.email;
}

function invalidGrant(description: string): RefusalWords {
  return { status: 400, error: 'invalid_grant', description };
}

/** `c6b1….0.mxzs.gN4k953WIuRVUIqZ4LJl9A`: as Apple's codes and tokens look. */
function opaque(kind: string): string {
  const letters = Array.from({ length: 4 }, () => String.fromCharCode(97 + randomInt(26))).join('');
  return `${kind}${randomBytes(16).toString('hex')}.0.${letters}.${randomBytes(16).toString('base64url')}`;
}
