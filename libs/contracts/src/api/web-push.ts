import { ECDH } from 'node:crypto';
import { z } from 'zod';

/** Longer ones are no push service's, and an index has no room for them. */
const LONGEST_ENDPOINT = 2_048;
const AUTH_BYTES = 16;

const endpoint = z
  .string()
  .max(LONGEST_ENDPOINT)
  .refine(isHttpsUrl, { error: 'must be the https URL of the subscription, without user name and fragment' });
const p256dh = z
  .string()
  .refine(isPointOfP256, { error: 'must be the key p256dh of the subscription: a point of P-256 in base64url' });
const auth = z.string().refine((text) => bytesOf(text)?.length === AUTH_BYTES, {
  error: `must be the key auth of the subscription: ${AUTH_BYTES} bytes in base64url`,
});

/** What `PushSubscription.toJSON()` says in a browser, with its keys beside the endpoint. */
export const webPushSubscription = z.strictObject({ kind: z.literal('webpush'), endpoint, p256dh, auth });

export const webPushPublicKey = z.object({
  publicKey: z.string().meta({ description: 'the `applicationServerKey` to subscribe with' }),
});
export type WebPushPublicKey = z.output<typeof webPushPublicKey>;

function isHttpsUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '';
}

function isPointOfP256(text: string): boolean {
  const bytes = bytesOf(text);
  if (bytes?.length !== 65) return false;
  try {
    ECDH.convertKey(bytes, 'prime256v1', undefined, undefined, 'uncompressed');
    return true;
  } catch {
    return false;
  }
}

/** Browsers write no padding. */
function bytesOf(text: string): Buffer | undefined {
  return /^[A-Za-z0-9_-]+$/.test(text) ? Buffer.from(text, 'base64url') : undefined;
}
