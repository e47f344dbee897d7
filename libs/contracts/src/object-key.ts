import { hash } from 'node:crypto';
import type { Uuid } from './ids.js';

/** RFC 9562 section 5.8: a UUID whose bits are our own affair, here those of a hash. */
const VERSION = 0x80;
const VARIANT = 0x80;

/**
 * The name under which everything about one object of Stripe's is found: the same for the same app, account (empty: the
 * app's own) and Stripe id.
 */
export function objectKey(appId: Uuid, account: string, objectId: string): Uuid {
  const bytes = hash('sha256', `${appId}\n${account}\n${objectId}`, 'buffer');
  bytes[6] = (bytes[6]! & 0x0f) | VERSION;
  bytes[8] = (bytes[8]! & 0x3f) | VARIANT;
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
