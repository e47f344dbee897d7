import { createPrivateKey, generateKeyPairSync, randomBytes, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { NewWebhookSecret } from '@signalbox/contracts';

/** A signing secret in the open, in the forms of the Standard Webhooks specification. */
export interface SecretMaterial {
  readonly kind: 'symmetric' | 'ed25519';
  /** The bytes behind `whsec_`, or behind `whsk_`: the seed and the public key (32 + 32). */
  readonly bytes: Buffer;
}

/** The two halves of a given ed25519 key do not belong together. */
export class KeyMismatch extends Error {
  override readonly name = 'KeyMismatch';
}

const SYMMETRIC_BYTES = 32;
const SEED_BYTES = 32;

/** @throws KeyMismatch */
export function materialOf({ kind, key }: NewWebhookSecret): SecretMaterial {
  if (key === undefined) return { kind, bytes: kind === 'symmetric' ? randomBytes(SYMMETRIC_BYTES) : newKeyPair() };
  const bytes = Buffer.from(key.slice(key.indexOf('_') + 1), 'base64');
  if (kind === 'ed25519' && !publicHalfOf(bytes).equals(bytes.subarray(SEED_BYTES))) throw new KeyMismatch();
  return { kind, bytes };
}

/** `whsec_...`; only symmetric secrets are shown. */
export function formatSymmetric({ bytes }: SecretMaterial): string {
  return `whsec_${bytes.toString('base64')}`;
}

/** `whpk_...`, or undefined for a symmetric secret, which has no public half. */
export function publicKeyOf({ kind, bytes }: SecretMaterial): string | undefined {
  return kind === 'ed25519' ? `whpk_${bytes.subarray(SEED_BYTES).toString('base64')}` : undefined;
}

/** The key that node:crypto signs with. */
export function privateKeyOf({ bytes }: SecretMaterial): KeyObject {
  const [d, x] = [bytes.subarray(0, SEED_BYTES), bytes.subarray(SEED_BYTES)].map((half) => half.toString('base64url'));
  return createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d, x } as JsonWebKey, format: 'jwk' });
}

function newKeyPair(): Buffer {
  return keyPairBytes(generateKeyPairSync('ed25519').privateKey);
}

/** RFC 8410's PKCS #8 form of an ed25519 key is this prefix and the seed, from which the public key follows. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

function publicHalfOf(bytes: Buffer): Buffer {
  const key = Buffer.concat([PKCS8_PREFIX, bytes.subarray(0, SEED_BYTES)]);
  return keyPairBytes(createPrivateKey({ key, format: 'der', type: 'pkcs8' })).subarray(SEED_BYTES);
}

function keyPairBytes(privateKey: KeyObject): Buffer {
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
  return Buffer.concat([Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]);
}
