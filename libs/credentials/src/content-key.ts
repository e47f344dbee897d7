import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import { KEY_BYTES, NONCE_BYTES, TAG_BYTES, gcmOpen, gcmSeal } from './aes-gcm.js';

/*
 * version(1) | salt(16) | counter(6) | ciphertext(n) | tag(16)
 *
 * One app may write more than the 2^32 messages that random nonces allow under one GCM key (NIST SP 800-38D section
 * 8.3). So each process derives a key of its own from the app's key and a random salt, and counts its nonces.
 */
const VERSION = 1;
const SALT_BYTES = 16;
const COUNTER_AT = 1 + SALT_BYTES;
const COUNTER_BYTES = 6;
const SEALED_AT = COUNTER_AT + COUNTER_BYTES;
/** What encryption adds to the length, in bytes. */
export const CONTENT_OVERHEAD = SEALED_AT + TAG_BYTES;

/**
 * Content in the event log was altered, belongs to another app or key, or was shredded with its key.
 */
export class ContentBroken extends Error {
  override readonly name = 'ContentBroken';
}

/** One app's data key, opened: encrypts under this process' own derivation, decrypts those of all processes. */
export class ContentKey {
  private readonly head = Buffer.concat([Buffer.of(VERSION), randomBytes(SALT_BYTES)]);
  private readonly own: KeyObject;
  private readonly associated: Buffer;
  private count = 0;
  private lastSalt: Buffer;
  private lastDerived: KeyObject;

  constructor(
    readonly id: Uuid,
    appId: Uuid,
    private readonly dataKey: Buffer,
  ) {
    this.associated = Buffer.from(`signalbox\0${appId}\0event_log\0content\0${id}\0`);
    this.lastSalt = this.head.subarray(1);
    this.own = this.derive(this.lastSalt);
    this.lastDerived = this.own;
  }

  encrypt(plain: Buffer | string): Buffer {
    const nonce = Buffer.alloc(NONCE_BYTES);
    nonce.writeUIntBE(this.count, NONCE_BYTES - COUNTER_BYTES, COUNTER_BYTES);
    this.count += 1;
    return gcmSeal(this.own, nonce, plain, this.associated, [this.head, nonce.subarray(NONCE_BYTES - COUNTER_BYTES)]);
  }

  /** @throws ContentBroken */
  decrypt(content: Uint8Array): Buffer {
    if (content.length < CONTENT_OVERHEAD || content[0] !== VERSION) {
      throw new ContentBroken(`content under data key ${this.id} is not of a known version`);
    }
    const nonce = Buffer.alloc(NONCE_BYTES);
    nonce.set(content.subarray(COUNTER_AT, SEALED_AT), NONCE_BYTES - COUNTER_BYTES);
    try {
      return gcmOpen(
        this.derivedFor(content.subarray(1, COUNTER_AT)),
        nonce,
        content.subarray(SEALED_AT),
        this.associated,
      );
    } catch (cause) {
      throw new ContentBroken(`content under data key ${this.id} was altered, or sealed for another place`, { cause });
    }
  }

  /** Readers mostly meet runs of one writer, so remembering the last derivation saves nearly all of them. */
  private derivedFor(salt: Uint8Array): KeyObject {
    if (this.lastSalt.equals(salt)) return this.lastDerived;
    this.lastSalt = Buffer.from(salt);
    this.lastDerived = this.derive(this.lastSalt);
    return this.lastDerived;
  }

  private derive(salt: Buffer): KeyObject {
    const bytes = hkdfSync('sha256', this.dataKey, salt, 'signalbox content', KEY_BYTES);
    return createSecretKey(new Uint8Array(bytes));
  }
}
