import { createHash } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';

/** How a device is remembered: what it keeps is stored nowhere, and the devices of two users are never seen to be one. */
export function deviceHash(userId: Uuid, deviceId: string): Buffer {
  return createHash('sha256').update(`known-device\0${userId}\0${deviceId}`).digest();
}
