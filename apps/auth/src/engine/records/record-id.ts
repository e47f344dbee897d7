import { createHash } from 'node:crypto';

/** Under which a value is kept: values are 256 random bits or made from such, so a plain hash is enough. */
export function recordIdOf(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
