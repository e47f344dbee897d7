import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits that open something for whoever has them; only their hash is kept. */
export function newSecret(): { readonly secret: string; readonly hash: Buffer } {
  const secret = randomBytes(32).toString('base64url');
  return { secret, hash: hashOf(secret) };
}

export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
