import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SignedForm } from './form.js';

/** The keys that prove where a notification comes from. */
export interface SigningKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

export type SignatureFlaw = 'no_matching_public_key' | 'signature_mismatch';

/**
 * Whether Braintree made this: HMAC-SHA1 over the payload, with or without a line end behind it, under the SHA-1 of our private key. While
 * keys are rotated there is a pair for each, of which ours counts. The SDK's rule, but for its comparison: ours takes the same time
 * whatever is wrong. Undefined: it did.
 */
export function flawOf({ signature, payload }: SignedForm, keys: SigningKeys): SignatureFlaw | undefined {
  const ours = signature
    .split('&')
    .map((pair) => pair.split('|'))
    .filter(([publicKey, mac]) => publicKey === keys.publicKey && mac !== undefined)
    .map(([, mac = '']) => Buffer.from(mac, 'latin1'));
  if (ours.length === 0) return 'no_matching_public_key';
  const key = createHash('sha1').update(keys.privateKey).digest();
  const good = [payload, `${payload}\n`].map((text) => Buffer.from(macOf(key, text)));
  const fits = ours.flatMap((mac) => good.map((each) => each.length === mac.length && timingSafeEqual(each, mac)));
  return fits.includes(true) ? undefined : 'signature_mismatch';
}

const macOf = (key: Buffer, text: string): string => createHmac('sha1', key).update(text).digest('hex');
