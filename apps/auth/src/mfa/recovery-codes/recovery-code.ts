import { createHash, randomBytes } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';

/** Crockford's base32: nothing in it is taken for something else when it is read off paper. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const GROUPS = 4;
const LETTERS_OF_GROUP = 6;

/** 120 random bits as `xxxxxx-xxxxxx-xxxxxx-xxxxxx`. With 112 or more a quick hash will do (ASVS 5.0, 6.5.2). */
export function newRecoveryCode(): string {
  const letters = Array.from(randomBytes(GROUPS * LETTERS_OF_GROUP), (byte) => ALPHABET[byte & 31]!).join('');
  return Array.from({ length: GROUPS }, (_, group) =>
    letters.slice(group * LETTERS_OF_GROUP).slice(0, LETTERS_OF_GROUP),
  ).join('-');
}

/** By what a code is found again: with the user in it, so that equal hashes mean nothing. Case, spaces and dashes do not count. */
export function hashRecoveryCode(userId: Uuid, typed: string): Buffer {
  const letters = typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return createHash('sha256').update(`${userId}\0${letters}`).digest();
}
