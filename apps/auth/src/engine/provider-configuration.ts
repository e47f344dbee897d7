import { createHash } from 'node:crypto';
import { USER_SCOPES } from '@signalbox/contracts';
import type { AdapterFactory, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { SigningKeys } from '../keys/signing-keys.js';
import { pathOf } from '../pages/paths.js';
import { cookieName } from '../sign-in/cookie-name.js';
import type { UserAccount } from './account.js';
import { CONTEXT_PROPERTY, contextOf } from './client-metadata.js';
import { INTERACTION_COOKIES } from './interaction-cookies.js';
import { LIFETIMES } from './lifetimes.js';
import type { EnginePages, PageOwner } from './pages.js';
import { ONE_FACTOR, prompts, TWO_FACTORS } from './prompts.js';
import { resourceServer } from './resources.js';
import type { tokenClaims } from './token-claims.js';

export const USERINFO_PATH = '/oauth/userinfo';

export interface ProviderParts {
  readonly issuer: string;
  readonly apiAudience: string;
  readonly keys: SigningKeys;
  readonly adapter: AdapterFactory;
  readonly findAccount: (subject: string) => Promise<UserAccount | undefined>;
  readonly extraTokenClaims: ReturnType<typeof tokenClaims>;
  /** Keys that sign cookies; the first signs, all are known. */
  readonly cookieKeys: readonly string[];
  /** 32 bytes, by which nonces of DPoP are computed (RFC 9449 section 8). */
  readonly nonceSecret: Buffer;
  readonly pages: EnginePages;
}

/** How we run oidc-provider: one way of everything, the strictest that phones can follow. */
export function providerConfiguration(parts: ProviderParts): Configuration {
  const { apiAudience, pages } = parts;
  return {
    adapter: parts.adapter,
    jwks: {
      keys: parts.keys.all.map(({ publicJwk, privateKey }) => ({
        ...privateKey.export({ format: 'jwk' }),
        ...publicJwk,
      })),
    },
    findAccount: (_context, subject) => parts.findAccount(subject),
    extraTokenClaims: (_context, token) => parts.extraTokenClaims(token),
    extraClientMetadata: { properties: [CONTEXT_PROPERTY] },
    extraParams: ['device_id', 'device_name'],
    acrValues: [ONE_FACTOR, TWO_FACTORS],
    scopes: ['openid', 'offline_access'],
    claims: {
      openid: ['sub', 'auth_time', 'acr', 'amr'],
      email: ['email', 'email_verified'],
      profile: ['name', 'locale'],
      iss: null,
      sid: null,
    },
    discovery: {
      userinfo_endpoint: parts.issuer + USERINFO_PATH,
      scopes_supported: ['openid', 'email', 'profile', 'offline_access', ...USER_SCOPES],
    },
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      revocation: '/oauth/revoke',
      pushed_authorization_request: '/oauth/par',
      jwks: '/oauth/jwks',
      end_session: '/oauth/end-session',
    },
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    clientDefaults: { id_token_signed_response_alg: 'ES256', grant_types: ['authorization_code', 'refresh_token'] },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256'],
      clientAuthSigningAlgValues: ['ES256', 'EdDSA', 'PS256', 'RS256'],
      dPoPSigningAlgValues: ['ES256', 'EdDSA'],
    },
    pkce: { required: () => true },
    clientBasedCORS: () => false,
    clockTolerance: 5,
    conformIdTokenClaims: false,
    expiresWithSession: () => false,
    // Refresh tokens belong to every session, without a scope that asks for them: a phone that signs in stays signed in.
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    revokeGrantPolicy: () => true,
    formats: { bitsOfOpaqueRandomness: 256 },
    cookies: {
      keys: [...parts.cookieKeys],
      names: { session: cookieName('sb_session', isSecure(parts.issuer)), ...INTERACTION_COOKIES },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    ttl: LIFETIMES,
    interactions: { policy: prompts(), url: (_context, interaction) => pathOf(interaction.uid) },
    // One grant for each device: what a browser granted before is another device's.
    loadExistingGrant: (context) => {
      const grantId = context.oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : context.oidc.provider.Grant.find(grantId);
    },
    renderError: (context, out) => {
      context.type = 'html';
      context.body = pages.error({ code: out.error, description: out.error_description, locale: localeOf(context) });
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      introspection: { enabled: false },
      registration: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => token.clientId === client.clientId },
      pushedAuthorizationRequests: { enabled: true, allowUnregisteredRedirectUris: false },
      dPoP: { enabled: true, nonceSecret: parts.nonceSecret, requireNonce: () => false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_context, _client, oneOf) => oneOf?.[0] ?? apiAudience,
        getResourceServerInfo: (_context, resource, client) => resourceServer(apiAudience, resource, client),
        useGrantedResource: () => true,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          // Who says no has signed out of nothing: with a client's name the engine would forget what the browser has there.
          const { state } = context.oidc.session ?? {};
          if (state !== undefined) delete state['clientId'];
          context.body = pages.signOut({ form, app: appOf(context), locale: localeOf(context) });
        },
        postLogoutSuccessSource: (context) => {
          context.body = pages.signedOut({ app: appOf(context), locale: localeOf(context) });
        },
      },
    },
  };
}

function appOf({ oidc }: KoaContextWithOIDC): PageOwner | undefined {
  if (oidc.client === undefined) return undefined;
  const { appName: name, settings } = contextOf(oidc.client);
  return { name, settings };
}

function localeOf(context: KoaContextWithOIDC): string | undefined {
  // An error may come before the engine knows what it is about.
  const { oidc } = context as Partial<KoaContextWithOIDC>;
  const asked = oidc?.params?.['ui_locales'];
  return typeof asked === 'string' ? asked : context.get('accept-language') || undefined;
}

/** Whether browsers come by https. */
export function isSecure(issuer: string): boolean {
  return issuer.startsWith('https:');
}

/** A text key for cookies out of a derived one. */
export function cookieKey(key: Buffer): string {
  return createHash('sha256').update(key).digest('base64url');
}
