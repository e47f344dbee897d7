import { createHmac, sign as signWith } from 'node:crypto';
import { privateKeyOf, type SecretMaterial } from './secret-material.js';

/** Signs what is posted with one secret. */
export type Signer = (content: string) => string;

/**
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Signature scheme":
 * `v1,` HMAC-SHA256, `v1a,` ed25519, both in base64.
 */
export function signerOf(secret: SecretMaterial): Signer {
  if (secret.kind === 'symmetric') {
    return (content) => `v1,${createHmac('sha256', secret.bytes).update(content).digest('base64')}`;
  }
  const key = privateKeyOf(secret);
  return (content) => `v1a,${signWith(null, Buffer.from(content), key).toString('base64')}`;
}

/**
 * The headers of one attempt. The id is the same on every attempt, the time is the attempt's own, so that a receiver can
 * refuse what was recorded and played again later; one signature for each secret that is valid now.
 */
export function signedHeaders(
  signers: readonly Signer[],
  { id, body, now }: { readonly id: string; readonly body: string; readonly now: Date },
): Record<string, string> {
  const timestamp = Math.floor(now.getTime() / 1_000).toString();
  const content = `${id}.${timestamp}.${body}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signers.map((sign) => sign(content)).join(' '),
  };
}
