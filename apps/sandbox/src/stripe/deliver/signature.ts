import { createHmac } from 'node:crypto';

/** `Stripe-Signature`: one v1 for each active secret, at `seconds` since 1970. */
export function signatureHeader(body: string, secrets: readonly string[], seconds: number): string {
  const signatures = secrets.map((secret) => `v1=${hmac(secret, `${seconds}.${body}`)}`);
  return [`t=${seconds}`, ...signatures].join(',');
}

function hmac(secret: string, content: string): string {
  return createHmac('sha256', secret).update(content).digest('hex');
}
