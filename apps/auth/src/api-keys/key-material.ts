import { randomBytes } from 'node:crypto';
import { type AppMode, hashApiKey, type KeyKind, newKeyText } from '@signalbox/http';

/** A freshly made key: the whole of it for its owner, the rest for the database. */
export interface KeyMaterial {
  /** Shown once, stored nowhere. */
  readonly key: string;
  /** By which the key is found again. */
  readonly hash: Buffer;
  /** The visible beginning by which people tell keys apart. */
  readonly hint: string;
}

/** `sbk_live_` and six characters more. */
const HINT = 15;

export function makeKey(kind: KeyKind, mode: AppMode): KeyMaterial {
  const key = newKeyText(kind, mode);
  return { key, hash: hashApiKey(key), hint: key.slice(0, HINT) };
}

/** The secret with which a backend signs user tokens (HS256). Its UTF-8 bytes are the HMAC key, as JWT libraries take them. */
export function makeUserTokenSecret(mode: AppMode): string {
  return `sbu_${mode}_${randomBytes(32).toString('base64url')}`;
}
