import { createPrivateKey } from 'node:crypto';
import { httpEndpoint } from '@signalbox/credentials';
import { z } from 'zod';

/** By which a provider is found: in the paths of sign-in, and in the button's address. */
export const providerName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be up to 32 small letters, digits and -, and begin with a letter');

const id = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x21-\x7e]+$/, 'must be an id as the provider shows it');
const secret = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[\x20-\x7e]+$/, 'must be the secret as the provider shows it');
const tenCharacters = z.string().regex(/^[A-Z0-9]{10}$/, 'must be 10 capital letters or digits, as Apple shows it');
const displayName = z.string().trim().min(1).max(40).optional().meta({ description: 'what the button says' });
const endpoint = httpEndpoint('SignInEndpoint', 4015).optional();
const url = z
  .url({ protocol: /^https?$/, error: 'must be a URL' })
  .max(1_024)
  .refine((text) => !/[?#]/.test(text), 'must have neither a query nor a fragment');

/** What providers there are: each is set up, asked and believed in its own way. */
export const PROVIDER_KINDS = ['google', 'apple', 'oidc'] as const;

const googleConfig = z.strictObject({
  kind: z.literal('google'),
  clientId: id.meta({ description: 'of the web client: what every id_token is for' }),
  clientSecret: secret,
  appIds: z
    .array(id)
    .max(20)
    .default([])
    .meta({ description: 'client ids of the Android and iOS apps, which may have a token made for the web client' }),
  displayName,
  endpoint,
});
export type GoogleConfig = z.output<typeof googleConfig>;

const appleConfig = z.strictObject({
  kind: z.literal('apple'),
  teamId: tenCharacters,
  keyId: tenCharacters.meta({ description: 'of the key with "Sign in with Apple"' }),
  privateKey: z
    .string()
    .max(4_096)
    .refine(isP256, 'must be the content of the .p8 file: an EC P-256 private key (-----BEGIN PRIVATE KEY-----)'),
  servicesId: id.optional().meta({ description: 'the client of the browser; without it there is no button' }),
  bundleIds: z.array(id).max(20).default([]).meta({ description: 'the clients that phones sign in with' }),
  displayName,
  endpoint,
});
export type AppleConfig = z.output<typeof appleConfig>;

/** Endpoints that somebody states instead of letting them be discovered. */
const statedMetadata = z.strictObject({
  authorizationEndpoint: url,
  tokenEndpoint: url,
  jwksUri: url,
  revocationEndpoint: url.optional(),
});

const oidcConfig = z.strictObject({
  kind: z.literal('oidc'),
  issuer: url,
  clientId: id,
  clientSecret: secret,
  tokenAuth: z.enum(['client_secret_post', 'client_secret_basic']).default('client_secret_post'),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'must be a scope'))
    .max(20)
    .default(() => ['openid', 'email', 'profile'])
    .refine((scopes) => scopes.includes('openid'), 'must include openid'),
  trustEmail: z
    .boolean()
    .default(false)
    .meta({ description: 'whether an address that this provider calls verified may open an account that has it' }),
  metadata: statedMetadata.optional().meta({ description: 'discovered once, now, where it is absent' }),
  displayName,
});
export type OidcConfig = z.output<typeof oidcConfig>;

export const providerConfig = z.discriminatedUnion('kind', [googleConfig, appleConfig, oidcConfig]);
export type ProviderConfig = z.output<typeof providerConfig>;
export type ProviderKind = ProviderConfig['kind'];

function isP256(pem: string): boolean {
  try {
    const key = createPrivateKey({ key: pem, format: 'pem' });
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}
