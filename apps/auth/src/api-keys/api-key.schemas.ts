import { PUBLISHABLE_KEY_SCOPES, SECRET_KEY_SCOPES, type Scope } from '@signalbox/contracts';
import { z } from 'zod';
import { pageOf, pageQuery, readNetwork } from '@signalbox/http';

const name = z.string().trim().min(1).max(100);
const appId = z.string().meta({ description: 'app_...' });

/** What a secret key may do when nothing was asked for: all a backend needs, but not the exchange of credentials. */
const DEFAULT_SECRET_SCOPES: readonly Scope[] = SECRET_KEY_SCOPES.filter((scope) => scope !== 'credentials:write');

const distinct = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];

const expiresAt = z.iso
  .datetime()
  .refine((at) => Date.parse(at) > Date.now(), 'must be in the future')
  .optional()
  .meta({ description: 'it ends by itself then; for good unless told' });

const network = z
  .string()
  .refine(
    (text) => readNetwork(text) !== undefined,
    'must be a network with its length: 203.0.113.0/24, 203.0.113.7/32 or 2001:db8::/32',
  );

const allowedCidrs = z
  .array(network)
  .max(100)
  .transform(distinct)
  .default(() => [])
  .meta({ description: 'the networks, IPv4 and IPv6, that it may be used from; from anywhere unless told' });

export const newApiKey = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('secret'),
    appId,
    name,
    expiresAt,
    allowedCidrs,
    scopes: z
      .array(z.enum(SECRET_KEY_SCOPES))
      .min(1)
      .transform(distinct)
      .default(() => [...DEFAULT_SECRET_SCOPES] as (typeof SECRET_KEY_SCOPES)[number][]),
  }),
  z.strictObject({
    kind: z.literal('publishable'),
    appId,
    name,
    expiresAt,
    allowedCidrs,
    scopes: z
      .array(z.enum(PUBLISHABLE_KEY_SCOPES))
      .min(1)
      .transform(distinct)
      .default(() => [...PUBLISHABLE_KEY_SCOPES]),
  }),
]);
export type NewApiKey = z.output<typeof newApiKey>;

/** A key as it may be shown at any time. */
const apiKeyView = z.object({
  id: z.string(),
  appId: z.string(),
  kind: z.enum(['secret', 'publishable']),
  name: z.string(),
  hint: z.string().meta({ description: 'how the key begins' }),
  scopes: z.array(z.string()),
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  allowedCidrs: z.array(z.string()).meta({ description: 'none: it may be used from anywhere' }),
});
export type ApiKeyView = z.output<typeof apiKeyView>;

/** The answer to its making, the only one with secrets in it. */
export const createdApiKey = apiKeyView.extend({
  key: z.string().meta({ description: 'shown only here' }),
  userTokenSecret: z
    .string()
    .optional()
    .meta({ description: 'publishable keys: the backend signs HS256 user tokens with it; shown only here' }),
});
export type CreatedApiKey = z.output<typeof createdApiKey>;

/** What a secret key is exchanged with. */
export const keyExchange = z
  .strictObject({ scopes: z.array(z.enum(SECRET_KEY_SCOPES)).min(1).transform(distinct).optional() })
  .default({})
  .meta({ description: 'scopes: those of the key that the token shall have; all unless told' });
export type KeyExchangeRequest = z.output<typeof keyExchange>;

export const exchangedKey = z.object({
  accessToken: z.string().meta({ description: 'a JWT (RFC 9068), sent as Bearer wherever the key could be' }),
  tokenType: z.literal('Bearer'),
  expiresIn: z.int().meta({ description: 'seconds' }),
  scope: z.string(),
});
export type ExchangedKey = z.output<typeof exchangedKey>;

export const apiKeyListQuery = pageQuery.extend({ appId });
export const apiKeyPage = pageOf(apiKeyView);
