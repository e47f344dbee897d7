import { formatId } from '@signalbox/contracts';
import { z } from 'zod';
import { PROVIDER_KINDS, providerName } from './provider-config.js';
import type { StoredProvider } from './provider-store.js';
import { clientsOf, labelOf } from './sign-in-provider.js';

export const providerParams = z.strictObject({ id: z.string(), name: providerName });

/** A provider without its secrets. */
export const providerView = z.object({
  name: z.string(),
  kind: z.enum(PROVIDER_KINDS),
  displayName: z.string(),
  version: z.number().int().meta({ description: 'grows with every change' }),
  clientIds: z.array(z.string()),
  issuer: z.string(),
  endpoints: z
    .object({ authorization: z.string(), token: z.string(), jwks: z.string(), revocation: z.string().optional() })
    .meta({ description: 'pinned: what the provider says later changes nothing' }),
  redirectUri: z.string().meta({ description: 'to be allowed at the provider; of this provider alone' }),
  noticesUri: z.string().optional().meta({ description: 'where Apple or Google tells what becomes of an account' }),
  updatedAt: z.iso.datetime(),
});
export type ProviderView = z.output<typeof providerView>;

export const providerList = z.object({ items: z.array(providerView) });

/** @param issuer our own, under which browsers find us. */
export function viewOf({ provider, updatedAt }: StoredProvider, issuer: string): ProviderView {
  const { appId, name, config, version, metadata } = provider;
  const { revocationEndpoint } = metadata;
  const { kind } = config;
  return {
    name,
    kind,
    displayName: labelOf(provider),
    version,
    clientIds: [...clientsOf(provider)],
    issuer: metadata.issuer,
    endpoints: {
      authorization: metadata.authorizationEndpoint,
      token: metadata.tokenEndpoint,
      jwks: metadata.jwksUri,
      ...(revocationEndpoint === undefined ? {} : { revocation: revocationEndpoint }),
    },
    redirectUri: redirectUriOf(issuer, provider),
    ...(kind === 'oidc' ? {} : { noticesUri: `${issuer}/webhooks/${kind}/${formatId('app', appId)}` }),
    updatedAt: updatedAt.toISOString(),
  };
}

/** Each provider answers to an address of its own, so that none can answer for another (RFC 9700 section 4.4). */
export function redirectUriOf(
  issuer: string,
  { appId, name }: Pick<StoredProvider['provider'], 'appId' | 'name'>,
): string {
  return `${issuer}/sign-in/callback/${name}/${formatId('app', appId)}`;
}
