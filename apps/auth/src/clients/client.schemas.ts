import { SECRET_KEY_SCOPES, USER_SCOPES } from '@signalbox/contracts';
import { pageOf, pageQuery } from '@signalbox/http';
import { z } from 'zod';
import { redirectUris } from './redirect-uri.js';

const appId = z.string().meta({ description: 'app_...' });
const name = z.string().trim().min(1).max(100);
const resources = z
  .array(z.url().max(512))
  .max(20)
  .default([])
  .meta({ description: "audiences besides this API: the app's own backends, by their URL" });
const userScopes = z.array(z.enum(USER_SCOPES)).default([...USER_SCOPES]);

/** Public keys only, of a kind that we verify: RFC 7523. */
const publicKeys = z
  .strictObject({
    keys: z
      .array(
        z
          .looseObject({ kty: z.enum(['EC', 'OKP', 'RSA']), kid: z.string().optional() })
          .refine((jwk) => !('d' in jwk), 'is a private key; send its public half'),
      )
      .min(1)
      .max(5),
  })
  .meta({ description: 'a JSON Web Key Set: the client signs its own assertions (private_key_jwt) and has no secret' });

export const newClient = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('native').meta({ description: 'the app on a phone: it has no secret' }),
    appId,
    name,
    redirectUris: redirectUris('native').refine((uris) => uris.length > 0, 'needs at least one address'),
    postLogoutRedirectUris: redirectUris('native').default([]),
    scopes: userScopes,
    resources,
    dpopRequired: z
      .boolean()
      .default(false)
      .meta({ description: 'refuse tokens that are not bound to a key (RFC 9449)' }),
  }),
  z.strictObject({
    kind: z.literal('web').meta({ description: 'a website with a server that keeps a secret' }),
    appId,
    name,
    redirectUris: redirectUris('web').refine((uris) => uris.length > 0, 'needs at least one address'),
    postLogoutRedirectUris: redirectUris('web').default([]),
    scopes: userScopes,
    resources,
    dpopRequired: z.boolean().default(false),
    jwks: publicKeys.optional(),
  }),
  z.strictObject({
    kind: z.literal('service').meta({ description: 'a machine of the backend, for itself (client_credentials)' }),
    appId,
    name,
    scopes: z.array(z.enum(SECRET_KEY_SCOPES)).min(1),
    resources,
    dpopRequired: z.boolean().default(false),
    jwks: publicKeys.optional(),
  }),
]);
export type NewClient = z.output<typeof newClient>;

const clientView = z.object({
  id: z.string().meta({ description: 'the client_id' }),
  appId: z.string(),
  name: z.string(),
  kind: z.enum(['native', 'web', 'service']),
  authentication: z.enum(['none', 'client_secret_basic', 'private_key_jwt']),
  redirectUris: z.array(z.string()),
  postLogoutRedirectUris: z.array(z.string()),
  scopes: z.array(z.string()),
  resources: z.array(z.string()),
  dpopRequired: z.boolean(),
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
});
export type ClientView = z.output<typeof clientView>;

export const createdClient = clientView.extend({
  secret: z
    .string()
    .optional()
    .meta({ description: 'shown only here; none for native clients and for those with keys' }),
});
export type CreatedClient = z.output<typeof createdClient>;

export const clientListQuery = pageQuery.extend({ appId });
export const clientPage = pageOf(clientView);
