import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { NewCredential } from './stored-credential.js';

/** What may be shown of a credential: names and the fingerprint of its public key, never a secret. */
export type CredentialSummary = Readonly<Record<string, string>>;

/** Picks what to show field by field, so that a field added to a secret stays hidden until somebody shows it. */
export function summarise(credential: NewCredential): CredentialSummary {
  const { endpoint } = credential.secret;
  return {
    ...shown(credential),
    ...(endpoint === undefined ? {} : { endpoint: endpoint.origin }),
  };
}

function shown({ provider, secret }: NewCredential): CredentialSummary {
  switch (provider) {
    case 'apns':
      return { teamId: secret.teamId, keyId: secret.keyId, publicKeySha256: fingerprint(secret.privateKey) };
    case 'fcm':
      return {
        projectId: secret.project_id,
        clientEmail: secret.client_email,
        publicKeySha256: fingerprint(secret.private_key),
      };
    case 'webpush':
      return { subject: secret.subject, publicKey: secret.publicKey };
    case 'stripe':
      return {
        secretKey: shortened(secret.secretKey),
        // Made to be in every app that is published.
        ...(secret.publishableKey === undefined ? {} : { publishableKey: secret.publishableKey }),
      };
    case 'braintree':
      return {
        merchantId: secret.merchantId,
        publicKey: secret.publicKey,
        environment: secret.environment,
        ...Object.fromEntries(
          Object.entries(secret.merchantAccounts ?? {}).map(([currency, id]) => [`merchantAccount.${currency}`, id]),
        ),
      };
  }
}

/** `sk_test_...9x2B`, as Stripe's own Dashboard shows a key. */
function shortened(key: string): string {
  return `${key.slice(0, 8)}...${key.slice(-4)}`;
}

/** SHA-256 of the public half (SPKI DER), to compare with a key at hand: `openssl pkey -in key.p8 -pubout -outform DER | sha256sum`. */
function fingerprint(privateKey: string): string {
  const spki = createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex');
}
