import { createHash, createHmac } from 'node:crypto';
import type { KeyPair } from '../world/merchant.js';

/** `bt_signature`: one pair of public key and digest for each key of the merchant. */
export function signatureOf(payload: string, keys: readonly KeyPair[]): string {
  return keys.map(({ publicKey, privateKey }) => `${publicKey}|${digest(privateKey, payload)}`).join('&');
}

/** What an endpoint answers that knows one of the keys. */
export function challengeAnswers(challenge: string, keys: readonly KeyPair[]): string[] {
  return keys.map(({ publicKey, privateKey }) => `${publicKey}|${digest(privateKey, challenge)}`);
}

function digest(privateKey: string, text: string): string {
  const key = createHash('sha1').update(privateKey).digest();
  return createHmac('sha1', key).update(text).digest('hex');
}
