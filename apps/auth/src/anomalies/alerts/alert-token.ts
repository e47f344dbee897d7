import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new token that answers one alert: 256 random bits. */
export const newAlertToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of it: nobody can guess a value of 256 bits, so a plain hash is enough. */
export const alertTokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

export function isAlertToken(token: string, hash: Uint8Array): boolean {
  const offered = alertTokenHash(token);
  return offered.length === hash.length && timingSafeEqual(offered, hash);
}
