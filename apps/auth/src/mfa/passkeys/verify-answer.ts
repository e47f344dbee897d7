import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { NewPasskeyAnswer, PasskeyAnswer } from './passkey-answers.js';
import type { RelyingParty } from './relying-party.js';

/** EdDSA, ES256, RS256: what every authenticator there is can do one of. */
export const ALGORITHMS = [-8, -7, -257];

/** A credential that an authenticator has made for us. */
export interface MadeCredential {
  readonly credentialId: Buffer;
  readonly publicKey: Buffer;
  readonly count: number;
  readonly aaguid: string;
  readonly synced: boolean;
}

/** Checks type, challenge, origin, relying party, presence, verification of the user, algorithm and attestation. */
export async function verifyNew(
  answer: NewPasskeyAnswer,
  challenge: string,
  party: RelyingParty,
): Promise<MadeCredential | undefined> {
  const { verified, registrationInfo } = await orRefused(() =>
    verifyRegistrationResponse({
      response: answer as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: party.origins,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    }),
  );
  if (!verified) return undefined;
  const { credential, aaguid, credentialBackedUp } = registrationInfo;
  return {
    credentialId: Buffer.from(credential.id, 'base64url'),
    publicKey: Buffer.from(credential.publicKey),
    count: credential.counter,
    aaguid,
    synced: credentialBackedUp,
  };
}

/** Checks type, challenge, origin, relying party, presence, verification of the user and signature; the count is for the caller. */
export async function verifySignature(
  answer: PasskeyAnswer,
  challenge: string,
  party: RelyingParty,
  publicKey: Buffer,
): Promise<{ readonly count: number; readonly synced: boolean } | undefined> {
  const { verified, authenticationInfo } = await orRefused(() =>
    verifyAuthenticationResponse({
      response: answer as unknown as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: party.origins,
      expectedRPID: party.id,
      requireUserVerification: true,
      // Nothing is below 0: the count is judged after the signature, and by compare-and-swap.
      credential: { id: answer.id, publicKey: new Uint8Array(publicKey), counter: 0 },
    }),
  );
  if (!verified) return undefined;
  return { count: authenticationInfo.newCounter, synced: authenticationInfo.credentialBackedUp };
}

/** The library throws bare errors for whatever is wrong with an answer; there is nothing else in it that could fail. */
async function orRefused<Verified>(
  verify: () => Promise<Verified>,
): Promise<Verified | { verified: false; registrationInfo?: never; authenticationInfo?: never }> {
  try {
    return await verify();
  } catch {
    return { verified: false };
  }
}
