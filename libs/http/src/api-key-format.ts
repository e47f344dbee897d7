import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

export type KeyKind = 'secret' | 'publishable';
export type AppMode = 'live' | 'test';

const BEGINNING = { secret: 'sbk', publishable: 'sbp' } as const satisfies Record<KeyKind, string>;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** In base 62: 256 random bits, and the 32 of the checksum. */
const RANDOM = 43;
const CHECKSUM = 6;

const CLAIMED = /^sb[kp]_(?:live|test)_[\w-]{16,128}$/;
const CHECKED = new RegExp(`^sb[kp]_(?:live|test)_[0-9A-Za-z]{${RANDOM + CHECKSUM}}$`);
/** As keys were made before they had a checksum; they stay good. */
const UNCHECKED = new RegExp(`^sb[kp]_(?:live|test)_[\\w-]{${RANDOM}}$`);

/**
 * A new key. Kind and mode stand in it, so that secret scanners find it and nobody takes live for test; it ends in the CRC-32 of all
 * that comes before, so that whoever finds one can tell a key from what only looks like one without asking us.
 */
export function newKeyText(kind: KeyKind, mode: AppMode): string {
  const secret = BigInt(`0x${randomBytes(32).toString('hex')}`);
  const unchecked = `${BEGINNING[kind]}_${mode}_${inBase62(secret).padStart(RANDOM, '0')}`;
  return unchecked + checksumOf(unchecked);
}

/** What a text is by its looks: perhaps a key, a key that was cut off or mistyped, or none at all. */
export function looksOf(text: string): 'key' | 'mistyped' | 'no key' {
  if (!CLAIMED.test(text)) return 'no key';
  if (UNCHECKED.test(text)) return 'key';
  const isWhole = CHECKED.test(text) && text.endsWith(checksumOf(text.slice(0, -CHECKSUM)));
  return isWhole ? 'key' : 'mistyped';
}

function checksumOf(text: string): string {
  return inBase62(BigInt(crc32(text))).padStart(CHECKSUM, '0');
}

function inBase62(value: bigint): string {
  let digits = '';
  for (let rest = value; rest > 0n; rest /= 62n) digits = DIGITS.charAt(Number(rest % 62n)) + digits;
  return digits;
}
