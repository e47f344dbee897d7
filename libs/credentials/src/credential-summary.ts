import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { NewCredential } from './stored-credential.js';

/** What may be shown of a credential: names and the fingerprint of its public key, never a secret. */
export type CredentialSummary = Readonly<Record<string, string>>;

/** Picks what to show field by field, so that a field added to a secret stays hidden until somebody shows it. */
export function summarise(credential: NewCredential): CredentialSummary {
  const { endpoint } = credential.secret;
  return {
    ...(credential.provider === 'apns'
      ? {
          teamId: credential.secret.teamId,
          keyId: credential.secret.keyId,
          publicKeySha256: fingerprint(credential.secret.privateKey),
        }
      : {
          projectId: credential.secret.project_id,
          clientEmail: credential.secret.client_email,
          publicKeySha256: fingerprint(credential.secret.private_key),
        }),
    ...(endpoint === undefined ? {} : { endpoint: endpoint.origin }),
  };
}

/** SHA-256 of the public half (SPKI DER), to compare with a key at hand: `openssl pkey -in key.p8 -pubout -outform DER | sha256sum`. */
function fingerprint(privateKey: string): string {
  const spki = createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex');
}
