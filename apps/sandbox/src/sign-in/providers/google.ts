import { randomBytes } from 'node:crypto';
import { nameParts, type Person } from '../people/person.js';
import type { Claims } from '../tokens/twists.js';
import type { Dialect, Refusal, RefusalWords } from './dialect.js';

const PATHS = {
  discovery: '/.well-known/openid-configuration',
  risc: '/.well-known/risc-configuration',
  authorize: '/o/oauth2/v2/auth',
  token: '/token',
  userinfo: '/v1/userinfo',
  revoke: '/revoke',
  jwks: '/oauth2/v3/certs',
};
const CLAIMS = 'aud email email_verified exp family_name given_name hd iat iss name picture sub';

const REFUSALS: Record<Refusal, RefusalWords> = {
  'unknown-client': { status: 401, error: 'invalid_client', description: 'The OAuth client was not found.' },
  'bad-secret': { status: 401, error: 'invalid_client', description: 'The provided client secret is invalid.' },
  'bad-verifier': { status: 400, error: 'invalid_grant', description: 'Invalid code verifier.' },
  'missing-verifier': { status: 400, error: 'invalid_grant', description: 'Missing code verifier.' },
  'expired-code': { status: 400, error: 'invalid_grant', description: 'Bad Request' },
  'used-code': { status: 400, error: 'invalid_grant', description: 'Bad Request' },
  'foreign-code': { status: 400, error: 'invalid_grant', description: 'Bad Request' },
  'unknown-code': { status: 400, error: 'invalid_grant', description: 'Malformed auth code.' },
  'unknown-refresh-token': {
    status: 400,
    error: 'invalid_grant',
    description: 'Token has been expired or revoked.',
  },
  'other-redirect': { status: 400, error: 'redirect_uri_mismatch', description: 'Bad Request' },
  'missing-parameter': { status: 400, error: 'invalid_request', description: 'Missing required parameter: code' },
  'unsupported-grant': { status: 400, error: 'unsupported_grant_type', description: 'Invalid grant_type' },
};

/** https://developers.google.com/identity/openid-connect/openid-connect */
export const GOOGLE: Dialect = {
  title: 'Google',
  paths: PATHS,
  discovery: (issuer) => ({
    issuer,
    authorization_endpoint: `${issuer}${PATHS.authorize}`,
    token_endpoint: `${issuer}${PATHS.token}`,
    userinfo_endpoint: `${issuer}${PATHS.userinfo}`,
    revocation_endpoint: `${issuer}${PATHS.revoke}`,
    jwks_uri: `${issuer}${PATHS.jwks}`,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    claims_supported: CLAIMS.split(' '),
    code_challenge_methods_supported: ['plain', 'S256'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
  }),

  authorizeFault(params) {
    if (params.get('response_type') !== 'code')
      return { error: 'invalid_request', description: 'Required parameter is missing: response_type' };
    if (!params.get('scope')) return { error: 'invalid_request', description: 'Missing required parameter: scope' };
    return undefined;
  },
  redirectsFaults: false,
  cancelled: 'access_denied',
  // `iss` comes although the discovery document does not announce it.
  responseParams: (issuer, scopes) => ({
    iss: issuer,
    scope: longScopes(scopes).join(' '),
    authuser: '0',
    prompt: 'consent',
  }),
  userParam: () => undefined,
  usesPkce: true,
  isOffline: (params, first) =>
    params.get('access_type') === 'offline' && (first || (params.get('prompt') ?? '').split(' ').includes('consent')),

  codeSeconds: 600,
  accessSeconds: 3599,
  idTokenSeconds: 3600,
  newCode: () => `4/0A${randomBytes(53).toString('base64url')}`,
  newAccessToken: () => `ya29.${randomBytes(120).toString('base64url')}`,
  newRefreshToken: () => `1//0${randomBytes(72).toString('base64url')}`,
  tokenType: 'JWT',
  claims: (person, { askedBy, scopes }) => ({ azp: askedBy, ...shown(person, scopes) }),
  userinfo: (person, scopes) => ({ sub: person.sub, ...shown(person, scopes) }),
  tokenParams: (scopes) => ({ scope: longScopes(scopes).join(' ') }),
  refusal: (why) => REFUSALS[why],
  revokesForAnybody: true,

  nativeAnswer: ({ idToken, code }) => ({ idToken, serverAuthCode: code }),
  consentGroup: ({ clientId }) => clientId,
};

/** Whoever has an address that is not Google's own is in an organisation that Google serves. */
function organisationOf(email: string): Claims {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return domain === 'gmail.com' ? {} : { hd: domain };
}

function shown({ email, emailVerified, name }: Person, scopes: readonly string[]): Claims {
  const { given, family } = nameParts(name);
  return {
    ...(scopes.includes('email') && email !== undefined && { email, email_verified: emailVerified }),
    ...(email !== undefined && emailVerified && organisationOf(email)),
    ...(scopes.includes('profile') && { name, given_name: given, family_name: family }),
  };
}

/** Google answers with the long names of `email` and `profile`. */
function longScopes(scopes: readonly string[]): string[] {
  return scopes.map((scope) =>
    scope === 'email' || scope === 'profile' ? `https://www.googleapis.com/auth/userinfo.${scope}` : scope,
  );
}
