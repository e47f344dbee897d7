import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** The key-encryption keys of this installation: the first seals, every one of them opens. */
export interface MasterKey {
  readonly sealing: KeyEncryptionKey;
  readonly byId: ReadonlyMap<string, KeyEncryptionKey>;
}

export interface KeyEncryptionKey {
  /** 16 hex digits: the beginning of the key's SHA-256. Stored in front of everything it sealed. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** No usable master key; the message says which setting is wrong and how to make a good one. */
export class MasterKeyRefused extends Error {
  override readonly name = 'MasterKeyRefused';
}

const KEY_BYTES = 32;
const RECIPE = 'make one with: openssl rand -base64 32';

/**
 * Reads MASTER_KEY (`key`) or MASTER_KEY_FILE (`file`). Either holds one base64 key of 32 bytes or several, separated by commas: the
 * first seals, all open. A new key is put in front; the old ones stay, since nothing is sealed again.
 *
 * @throws MasterKeyRefused when there is none, both are given, a key is malformed, or the file is readable by others.
 */
export function loadMasterKey(source: {
  readonly key?: string | undefined;
  readonly file?: string | undefined;
}): MasterKey {
  if (source.key !== undefined && source.file !== undefined) {
    throw new MasterKeyRefused('MASTER_KEY and MASTER_KEY_FILE are both set; set one of them');
  }
  if (source.key !== undefined) return parse(source.key, 'MASTER_KEY');
  if (source.file !== undefined) return parse(readPrivateFile(source.file), `MASTER_KEY_FILE (${source.file})`);
  throw new MasterKeyRefused(`neither MASTER_KEY nor MASTER_KEY_FILE is set; ${RECIPE}`);
}

function readPrivateFile(file: string): string {
  try {
    const others = statSync(file).mode & 0o077;
    // Windows has no such bits to judge by.
    if (others !== 0 && process.platform !== 'win32') {
      throw new MasterKeyRefused(`MASTER_KEY_FILE ${file} can be read by others; run: chmod 600 ${file}`);
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof MasterKeyRefused) throw error;
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
    throw new MasterKeyRefused(`MASTER_KEY_FILE ${file} cannot be read (${code})`, { cause: error });
  }
}

function parse(text: string, setting: string): MasterKey {
  const keys = text
    .split(',')
    .map((part) => part.trim())
    .map((part, index) => decode(part, `${setting}, key ${index + 1}`));
  const [sealing] = keys;
  if (sealing === undefined) throw new MasterKeyRefused(`${setting} is empty; ${RECIPE}`);
  return { sealing, byId: new Map(keys.map((key) => [key.id, key])) };
}

function decode(part: string, place: string): KeyEncryptionKey {
  const key = Buffer.from(part, 'base64');
  // Buffer.from skips what is not base64, so only a key that encodes back to itself was read as meant.
  const asMeant = key.toString('base64').replace(/=+$/, '') === part.replace(/=+$/, '');
  if (!asMeant || key.length !== KEY_BYTES) {
    throw new MasterKeyRefused(`${place} is not ${KEY_BYTES} bytes in base64; ${RECIPE}`);
  }
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 16), key };
}
