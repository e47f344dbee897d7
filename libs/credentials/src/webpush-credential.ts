import { createECDH } from 'node:crypto';
import { z } from 'zod';
import { providerEndpoint } from './provider-endpoint.js';

const CURVE = 'prime256v1';
const PRIVATE_KEY_BYTES = 32;

/** Apple refuses every message whose contact it could not reach, with a reason that says nothing of it (BadJwtToken). */
const MAIL_ADDRESS = /^mailto:[^\s<>@,]+@([^\s<>@,]+)$/;
const NO_PUBLIC_NAME = /(^|\.)(localhost|local|internal)$|^[^.]+$/;

const subject = z
  .string()
  .max(256)
  .refine(isReachable, 'must be mailto: and an e-mail address, or an https URL, by which a push service can reach you')
  .meta({ description: 'Whom a push service turns to when something is wrong: `mailto:...` or an https URL' });
const publicKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{87}$/, {
    error: 'must be a P-256 public key: 65 bytes (uncompressed point) in base64url',
    abort: true,
  })
  .meta({ description: 'The `applicationServerKey` that pages subscribe with' });
const privateKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, { error: 'must be a P-256 private key: 32 bytes in base64url', abort: true })
  .meta({ description: 'Its other half' });
const endpoint = providerEndpoint.optional();

/** A pair of VAPID keys (RFC 8292), and who has it. */
export const webPushCredential = z.strictObject({ subject, publicKey, privateKey, endpoint });
export type WebPushCredential = z.output<typeof webPushCredential>;

/** What is handed in: without keys, those that the app has are kept, and the first ones are made. */
export const webPushSettings = z
  .strictObject({ subject, publicKey: publicKey.optional(), privateKey: privateKey.optional(), endpoint })
  .superRefine(({ publicKey: open, privateKey: secret }, context) => {
    if (open === undefined && secret === undefined) return;
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (open === undefined) return refuse('publicKey', 'is missing: give both keys, or neither');
    if (secret === undefined) return refuse('privateKey', 'is missing: give both keys, or neither');
    const fitting = publicKeyOf(secret);
    if (fitting === undefined) refuse('privateKey', 'is not a private key of P-256');
    else if (fitting !== open) refuse('publicKey', 'is not the other half of privateKey');
  })
  .meta({ id: 'WebPushCredential' });
export type WebPushSettings = z.output<typeof webPushSettings>;

/** A new pair, in the form of the schema. */
export function newVapidKeys(): Pick<WebPushCredential, 'publicKey' | 'privateKey'> {
  const pair = createECDH(CURVE);
  const publicKey = pair.generateKeys('base64url');
  // Leading zeros are not in Node's answer.
  const secret = Buffer.concat([Buffer.alloc(PRIVATE_KEY_BYTES), pair.getPrivateKey()]).subarray(-PRIVATE_KEY_BYTES);
  return { publicKey, privateKey: secret.toString('base64url') };
}

function publicKeyOf(secret: string): string | undefined {
  const pair = createECDH(CURVE);
  try {
    pair.setPrivateKey(secret, 'base64url');
    return pair.getPublicKey('base64url');
  } catch {
    return undefined;
  }
}

function isReachable(contact: string): boolean {
  const mailHost = MAIL_ADDRESS.exec(contact)?.[1];
  if (mailHost !== undefined) return !NO_PUBLIC_NAME.test(mailHost);
  const url = URL.parse(contact);
  return url?.protocol === 'https:' && !NO_PUBLIC_NAME.test(url.hostname);
}
