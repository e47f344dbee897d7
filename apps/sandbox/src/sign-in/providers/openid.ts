import { randomBytes } from 'node:crypto';
import { nameParts, type Person } from '../people/person.js';
import type { Claims } from '../tokens/twists.js';
import type { Dialect, Refusal, RefusalWords } from './dialect.js';

const PATHS = {
  discovery: '/.well-known/openid-configuration',
  authorize: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  revoke: '/revoke',
  jwks: '/jwks',
};
const CLAIMS = 'aud auth_time email email_verified exp family_name given_name iat iss name nonce sub';
const MODES = ['query', 'fragment', 'form_post'];

const REFUSALS: Record<Refusal, RefusalWords> = {
  'unknown-client': { status: 401, error: 'invalid_client', description: 'client not found' },
  'bad-secret': { status: 401, error: 'invalid_client', description: 'client authentication failed' },
  'bad-verifier': { status: 400, error: 'invalid_grant', description: 'PKCE verification failed' },
  'missing-verifier': { status: 400, error: 'invalid_grant', description: 'code_verifier is missing' },
  'expired-code': { status: 400, error: 'invalid_grant', description: 'the code is expired' },
  'used-code': { status: 400, error: 'invalid_grant', description: 'the code was used before' },
  'foreign-code': { status: 400, error: 'invalid_grant', description: 'the code is of another client' },
  'unknown-code': { status: 400, error: 'invalid_grant', description: 'the code is not known' },
  'unknown-refresh-token': { status: 400, error: 'invalid_grant', description: 'the refresh token is not known' },
  'other-redirect': { status: 400, error: 'invalid_grant', description: 'redirect_uri mismatch' },
  'missing-parameter': { status: 400, error: 'invalid_request', description: 'a parameter is missing' },
  'unsupported-grant': { status: 400, error: 'unsupported_grant_type', description: 'unsupported grant type' },
};

/** A provider that keeps to OpenID Connect Core 1.0, RFC 7636 and RFC 9207. */
export const OPENID: Dialect = {
  title: 'OpenID',
  paths: PATHS,
  discovery: (issuer) => ({
    issuer,
    authorization_endpoint: `${issuer}${PATHS.authorize}`,
    token_endpoint: `${issuer}${PATHS.token}`,
    userinfo_endpoint: `${issuer}${PATHS.userinfo}`,
    revocation_endpoint: `${issuer}${PATHS.revoke}`,
    jwks_uri: `${issuer}${PATHS.jwks}`,
    response_types_supported: ['code'],
    response_modes_supported: MODES,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile', 'offline_access'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    claims_supported: CLAIMS.split(' '),
    code_challenge_methods_supported: ['S256', 'plain'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    authorization_response_iss_parameter_supported: true,
  }),

  authorizeFault(params) {
    if (params.get('response_type') !== 'code')
      return { error: 'unsupported_response_type', description: 'only code is supported' };
    if (!(params.get('scope') ?? '').split(' ').includes('openid'))
      return { error: 'invalid_scope', description: 'openid is missing' };
    if (!MODES.includes(params.get('response_mode') ?? 'query'))
      return { error: 'invalid_request', description: 'unsupported response_mode' };
    return undefined;
  },
  redirectsFaults: true,
  cancelled: 'access_denied',
  responseParams: (issuer) => ({ iss: issuer }),
  userParam: () => undefined,
  usesPkce: true,
  isOffline: (params) => (params.get('scope') ?? '').split(' ').includes('offline_access'),

  codeSeconds: 60,
  accessSeconds: 3600,
  idTokenSeconds: 3600,
  newCode: () => randomBytes(32).toString('base64url'),
  newAccessToken: () => randomBytes(32).toString('base64url'),
  newRefreshToken: () => randomBytes(32).toString('base64url'),
  tokenType: 'JWT',
  claims: (person, { authTime, scopes }) => ({ auth_time: authTime, ...shown(person, scopes) }),
  userinfo: (person, scopes) => ({ sub: person.sub, ...shown(person, scopes) }),
  tokenParams: (scopes) => ({ scope: scopes.join(' ') }),
  refusal: (why) => REFUSALS[why],
  revokesForAnybody: false,

  nativeAnswer: ({ idToken, code }) => ({ idToken, code }),
  consentGroup: ({ clientId }) => clientId,
};

function shown({ email, emailVerified, name }: Person, scopes: readonly string[]): Claims {
  const { given, family } = nameParts(name);
  return {
    ...(scopes.includes('email') && email !== undefined && { email, email_verified: emailVerified }),
    ...(scopes.includes('profile') && { name, given_name: given, family_name: family }),
  };
}
