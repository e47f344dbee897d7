import { createDecipheriv, hkdfSync } from 'node:crypto';
import type { SubscriptionKeys } from './subscriptions.js';

/** Salt, record size, length of the key. */
const HEADER_BYTES = 16 + 4 + 1;
const TAG_BYTES = 16;
/** What ends the one record that there is. */
const LAST_RECORD = 2;

/**
 * Reads a message as the browser would: RFC 8188 with the key of RFC 8291, one record. Written from the standards and not with the
 * library that senders use, so that the two check each other. Undefined when it cannot be read.
 */
export function decrypt(body: Buffer, keys: SubscriptionKeys): Buffer | undefined {
  const idLength = body[HEADER_BYTES - 1];
  if (idLength !== 65 || body.length < HEADER_BYTES + idLength + TAG_BYTES + 1) return undefined;
  const salt = body.subarray(0, 16);
  const sender = body.subarray(HEADER_BYTES, HEADER_BYTES + idLength);
  const record = body.subarray(HEADER_BYTES + idLength);
  if (record.length > body.readUInt32BE(16)) return undefined;
  try {
    const about = Buffer.concat([Buffer.from('WebPush: info\0'), keys.publicKey, sender]);
    const input = Buffer.from(hkdfSync('sha256', keys.pair.computeSecret(sender), keys.auth, about, 32));
    const key = Buffer.from(hkdfSync('sha256', input, salt, 'Content-Encoding: aes128gcm\0', 16));
    const nonce = Buffer.from(hkdfSync('sha256', input, salt, 'Content-Encoding: nonce\0', 12));
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(record.subarray(-TAG_BYTES));
    const padded = Buffer.concat([decipher.update(record.subarray(0, -TAG_BYTES)), decipher.final()]);
    const end = padded.findLastIndex((byte) => byte !== 0);
    return padded[end] === LAST_RECORD ? padded.subarray(0, end) : undefined;
  } catch {
    return undefined;
  }
}
