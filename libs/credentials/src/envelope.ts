import { hkdfSync } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import { KEY_BYTES, NONCE_BYTES, TAG_BYTES, gcmOpen, gcmSeal, randomKey, randomNonce } from './aes-gcm.js';
import type { KeyEncryptionKey, MasterKey } from './master-key.js';

/** Where a sealed value lives. Authenticated: a value copied to another app, table or column does not open. */
export interface SealContext {
  readonly appId: Uuid;
  readonly table: string;
  readonly column: string;
}

/**
 * A sealed value did not open: sealed under a master key we do not have, for another place, or altered.
 */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/*
 * version(1) | master key id(8) | nonce(12) | data key, sealed(32 + 16) | nonce(12) | plain text, sealed(n + 16)
 *
 * Every value has a data key of its own, so a master key seals 32 random bytes each time and nothing else.
 */
const VERSION = 1;
const KEY_ID_AT = 1;
const WRAP_NONCE_AT = KEY_ID_AT + 8;
const WRAPPED_AT = WRAP_NONCE_AT + NONCE_BYTES;
const NONCE_AT = WRAPPED_AT + KEY_BYTES + TAG_BYTES;
const SEALED_AT = NONCE_AT + NONCE_BYTES;

/** Seals secrets for the database (AES-256-GCM under a data key, which is sealed under the master key). */
export class Envelope {
  constructor(private readonly master: MasterKey) {}

  seal(plain: Buffer | string, context: SealContext): Buffer {
    const { id, key } = this.master.sealing;
    const associated = associatedData(context);
    const dataKey = randomKey();
    const wrapNonce = randomNonce();
    const nonce = randomNonce();
    return Buffer.concat([
      Buffer.of(VERSION),
      Buffer.from(id, 'hex'),
      wrapNonce,
      gcmSeal(key, wrapNonce, dataKey, associated),
      nonce,
      gcmSeal(dataKey, nonce, typeof plain === 'string' ? Buffer.from(plain) : plain, associated),
    ]);
  }

  /**
   * Keys for one purpose that nobody can tell from another purpose's (HKDF, RFC 5869): one for each master key, the sealing one's
   * first. Make things with the first, and know things made with any.
   */
  derive(purpose: string): readonly [Buffer, ...Buffer[]] {
    const keyFor = ({ key }: KeyEncryptionKey): Buffer =>
      Buffer.from(hkdfSync('sha256', key, '', `signalbox ${purpose}`, KEY_BYTES));
    const { sealing, byId } = this.master;
    const older = [...byId.values()].filter(({ id }) => id !== sealing.id);
    return [keyFor(sealing), ...older.map(keyFor)];
  }

  /** @throws SealBroken */
  open(sealed: Uint8Array, context: SealContext): Buffer {
    if (sealed.length < SEALED_AT + TAG_BYTES || sealed[0] !== VERSION) {
      throw new SealBroken(`${context.table}.${context.column} does not hold a sealed value of a known version`);
    }
    const keyId = Buffer.from(sealed.subarray(KEY_ID_AT, WRAP_NONCE_AT)).toString('hex');
    const master = this.master.byId.get(keyId);
    if (master === undefined) {
      throw new SealBroken(
        `${context.table}.${context.column} is sealed under master key ${keyId}, which is not configured`,
      );
    }
    const associated = associatedData(context);
    try {
      const wrapped = sealed.subarray(WRAPPED_AT, NONCE_AT);
      const dataKey = gcmOpen(master.key, sealed.subarray(WRAP_NONCE_AT, WRAPPED_AT), wrapped, associated);
      return gcmOpen(dataKey, sealed.subarray(NONCE_AT, SEALED_AT), sealed.subarray(SEALED_AT), associated);
    } catch (cause) {
      throw new SealBroken(`${context.table}.${context.column} was altered, or sealed for another place`, { cause });
    }
  }
}

/** NUL ends each part, and no part can hold one: two contexts never read the same. */
function associatedData({ appId, table, column }: SealContext): Buffer {
  return Buffer.from(`signalbox\0${appId}\0${table}\0${column}\0`);
}
