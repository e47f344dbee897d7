import { z } from 'zod';
import { newPasskeyAnswer } from '../passkeys/passkey-answers.js';

const name = z.string().trim().min(1).max(100).meta({ description: 'for the user to tell it from others' });
const recoveryCodes = z
  .array(z.string())
  .meta({ description: 'made with the first factor, and shown only here; empty when there are codes already' });

/** A factor that counts, as it may be shown at any time. */
const factorView = z.object({
  id: z.string().meta({ description: '`fct_...`' }),
  kind: z.enum(['totp', 'passkey']),
  name: z.string(),
  synced: z.boolean().nullable().meta({ description: 'passkeys: kept in a cloud, and maybe on several devices' }),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});
export const factorList = z.object({ items: z.array(factorView), recoveryCodesLeft: z.number().int() });
export type FactorList = z.output<typeof factorList>;

export const factorParams = z.strictObject({ id: z.string().meta({ description: '`fct_...`' }) });

export const newTotp = z.strictObject({ name: name.default('Authenticator') });
export const totpEnrolment = z.object({
  id: z.string(),
  secret: z.string().meta({ description: 'base32, to be typed into a generator; shown only here' }),
  url: z.string().meta({ description: '`otpauth:`, for a picture or a link; shown only here' }),
  expiresAt: z.iso.datetime().meta({ description: 'until when its first code is awaited' }),
});
export const totpFirstCode = z.strictObject({
  code: z
    .string()
    .transform((code) => code.replaceAll(/\s/g, ''))
    .pipe(z.string().regex(/^\d{6}$/, 'must be six digits')),
});

export const newPasskey = z.strictObject({ name: name.default('Passkey'), answer: newPasskeyAnswer });
export const passkeyOptions = z.looseObject({ challenge: z.string() }).meta({
  description: 'PublicKeyCredentialCreationOptionsJSON, to be handed to the platform as it is',
});

export const addedFactor = z.object({ id: z.string(), recoveryCodes });
export type AddedFactor = z.output<typeof addedFactor>;
export const newRecoveryCodes = z.object({
  recoveryCodes: z.array(z.string()).meta({ description: 'shown only here' }),
});
