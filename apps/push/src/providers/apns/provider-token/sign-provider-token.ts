import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import type { ApnsCredential } from '@signalbox/credentials';

/** The part of a credential that signs. */
export type SigningKey = Pick<ApnsCredential, 'teamId' | 'keyId' | 'privateKey'>;

/**
 * The JWT that proves our team to Apple. `issuedAt` in seconds since 1970.
 * https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns
 *
 * @throws when `privateKey` is not a private key in PEM; it was checked when it was stored.
 */
export function signProviderToken({ teamId, keyId, privateKey }: SigningKey, issuedAt: number): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = `${encode({ alg: 'ES256', kid: keyId })}.${encode({ iss: teamId, iat: issuedAt })}`;
  const key = createPrivateKey(privateKey);
  const signature = sign('sha256', Buffer.from(claims), { key, dsaEncoding: 'ieee-p1363' });
  return `${claims}.${signature.toString('base64url')}`;
}

/**
 * The name under which the tokens of a key are shared. The key itself is part of it, not only the ids that Apple gave to
 * it: those are no secret, and whoever stores a key of his own under them must not be given tokens that another signed.
 */
export function tokenIdOf({ teamId, keyId, privateKey }: SigningKey): Uuid {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const hash = createHash('sha256').update(`${teamId}\0${keyId}\0`).update(publicKey).digest();
  // Version 8 of RFC 9562: our own bits.
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
