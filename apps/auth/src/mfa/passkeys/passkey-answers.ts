import { z } from 'zod';

/** Longer than any authenticator's answer: a chain of attestation certificates is a few thousand characters. */
const bytes = (max: number) => z.base64url().min(1).max(max);
const credentialId = bytes(1_400);
// Platforms add members of their own to what they answer.
const head = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}).default({}),
};

/** What `navigator.credentials.create` answers, or Android's and Apple's calls, as JSON (WebAuthn level 3, section 5.1.8). */
export const newPasskeyAnswer = z.looseObject({
  ...head,
  response: z.looseObject({
    clientDataJSON: bytes(8_000),
    attestationObject: bytes(32_000),
    transports: z.array(z.string().max(32)).max(10).optional(),
  }),
});
export type NewPasskeyAnswer = z.output<typeof newPasskeyAnswer>;

/** What `navigator.credentials.get` answers, as JSON. */
export const passkeyAnswer = z.looseObject({
  ...head,
  response: z.looseObject({
    clientDataJSON: bytes(8_000),
    authenticatorData: bytes(8_000),
    signature: bytes(16_000),
    userHandle: z.base64url().max(100).nullish(),
  }),
});
export type PasskeyAnswer = z.output<typeof passkeyAnswer>;
