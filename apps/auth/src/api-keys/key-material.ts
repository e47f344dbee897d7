import { randomBytes } from 'node:crypto';
import { hashApiKey } from '@signalbox/http';

export type KeyKind = 'secret' | 'publishable';
export type AppMode = 'live' | 'test';

/** A freshly made key: the whole of it for its owner, the rest for the database. */
export interface KeyMaterial {
  /** Shown once, stored nowhere. */
  readonly key: string;
  /** By which the key is found again. */
  readonly hash: Buffer;
  /** The visible beginning by which people tell keys apart. */
  readonly hint: string;
}

const PREFIX = { secret: 'sbk', publishable: 'sbp' } as const satisfies Record<KeyKind, string>;
const HINT_OF_SECRET = 6;

/** Kind and mode stand in the key itself, so that secret scanners find it and nobody takes live for test. */
export function makeKey(kind: KeyKind, mode: AppMode): KeyMaterial {
  const prefix = `${PREFIX[kind]}_${mode}_`;
  const key = prefix + randomBytes(32).toString('base64url');
  return {
    key,
    hash: hashApiKey(key),
    hint: key.slice(0, prefix.length + HINT_OF_SECRET),
  };
}

/** The secret with which a backend signs user tokens (HS256). Its UTF-8 bytes are the HMAC key, as JWT libraries take them. */
export function makeUserTokenSecret(mode: AppMode): string {
  return `sbu_${mode}_${randomBytes(32).toString('base64url')}`;
}
