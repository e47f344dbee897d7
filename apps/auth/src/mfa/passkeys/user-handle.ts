import type { Uuid } from '@signalbox/contracts';

/** What an authenticator keeps of a user: the bytes of the id, nothing that says who it is (WebAuthn section 14.6.1). */
export function userHandle(userId: Uuid): Buffer {
  return Buffer.from(userId.replaceAll('-', ''), 'hex');
}
