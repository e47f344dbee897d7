import { z } from 'zod';
import { providerName } from '../providers/provider-config.js';

const identityView = z.object({
  id: z.string(),
  provider: z.string(),
  issuer: z.string(),
  email: z.string().nullable().meta({ description: 'as the provider said it; it opens nothing' }),
  isPrivateEmail: z.boolean().meta({ description: 'an address that Apple made up for this app' }),
  suspended: z.boolean().meta({ description: 'the account over there is closed for the time being' }),
  linkedAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
});
export type IdentityView = z.output<typeof identityView>;

export const identityList = z.object({
  items: z.array(identityView),
  wished: z.array(z.string()).meta({
    description: 'providers that the user wanted to sign in with while they were in trouble: offer to link them',
  }),
});
export type IdentityList = z.output<typeof identityList>;

export const identityParams = z.strictObject({ id: z.string() });

const opaque = z.string().min(1).max(8_192);

/** What a phone got from the SDK of a provider, and the nonce that it asked for it with. */
export const newIdentity = z
  .strictObject({
    provider: providerName,
    nonce: z.string().min(1).max(256),
    idToken: opaque.optional(),
    code: opaque.optional(),
    clientId: z.string().max(255).optional().meta({ description: 'Apple: the bundle id that a code was made for' }),
  })
  .refine(({ idToken, code }) => (idToken === undefined) !== (code === undefined), {
    path: ['idToken'],
    error: 'send either idToken or code',
  });
export type NewIdentity = z.output<typeof newIdentity>;

export function credentialIn({ idToken, code }: Pick<NewIdentity, 'idToken' | 'code'>) {
  return idToken === undefined
    ? ({ kind: 'code', value: code ?? '' } as const)
    : ({ kind: 'id_token', value: idToken } as const);
}
