import { IDENTITY_SCOPES } from '@signalbox/contracts';
import { errors, type ResourceServer } from 'oidc-provider';
import { contextOf } from './client-metadata.js';

/** Seconds that an access token is good for. */
export const ACCESS_TOKEN_SECONDS = 300;

/**
 * What an access token may be for (RFC 8707): our own API, or a backend of the app that the client names as its resource.
 *
 * @throws InvalidTarget for any other.
 */
export function resourceServer(apiAudience: string, resource: string, client: object): ResourceServer {
  const { scopes, resources } = contextOf(client);
  if (resource !== apiAudience && !resources.includes(resource)) {
    throw new errors.InvalidTarget(undefined, 'this client may not ask for tokens for this resource');
  }
  return {
    scope: [...scopes, ...IDENTITY_SCOPES].join(' '),
    audience: resource,
    accessTokenTTL: ACCESS_TOKEN_SECONDS,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  };
}
