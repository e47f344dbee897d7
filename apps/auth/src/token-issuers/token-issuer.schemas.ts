import { z } from 'zod';
import { appParams } from '../apps/app.schemas.js';

/** Signed with a private key: whoever verifies cannot sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

/** What an app may let users of another issuer do. Accounts are ours to manage. */
const SCOPES = ['devices:register-own', 'payments:read-own'] as const;

const distinct = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];

export const newTokenIssuer = z.strictObject({
  issuer: z.url().max(512).meta({ description: 'what its tokens say in `iss`, to the letter' }),
  audience: z.string().min(1).max(512).meta({ description: 'what its tokens for this app say in `audienceClaim`' }),
  audienceClaim: z.enum(['aud', 'client_id', 'azp']).default('aud').meta({
    description: "Auth0: `aud`; Cognito's access tokens: `client_id`; Keycloak: `aud`, or `azp` without a mapper",
  }),
  jwksUri: z.string().max(512).meta({ description: 'where its public keys are' }),
  algorithms: z
    .array(z.enum(ALGORITHMS))
    .min(1)
    .transform(distinct)
    .default(() => ['RS256' as const]),
  userClaim: z
    .string()
    .regex(/^[A-Za-z0-9_.:/-]{1,128}$/, 'must be the name of a claim')
    .default('sub')
    .meta({ description: 'the claim that is the user id here' }),
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .transform(distinct)
    .default(() => [...SCOPES])
    .meta({ description: 'what its users may do here, whatever their tokens say' }),
});
export type NewTokenIssuer = z.output<typeof newTokenIssuer>;

export const tokenIssuerView = z.object({
  id: z.string(),
  issuer: z.string(),
  audience: z.string(),
  audienceClaim: z.string(),
  jwksUri: z.string(),
  algorithms: z.array(z.string()),
  userClaim: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.iso.datetime(),
});
export type TokenIssuerView = z.output<typeof tokenIssuerView>;

export const tokenIssuerList = z.object({ items: z.array(tokenIssuerView) });
export const tokenIssuerParams = appParams.extend({ issuerId: z.string() });
