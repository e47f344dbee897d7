import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { openSdk } from '../braintree-sdk.js';
import type { SignedForm } from './form.js';
import { flawOf } from './verify-signature.js';

const KEYS = { publicKey: 'our_public_key', privateKey: 'our_private_key_1234' };
const PAYLOAD = `${Buffer.from('<notification><kind>check</kind><subject/></notification>').toString('base64')}\n`;
const mac = (privateKey: string, text: string): string =>
  createHmac('sha1', createHash('sha1').update(privateKey).digest()).update(text).digest('hex');
const good = mac(KEYS.privateKey, PAYLOAD);

const { sdk } = openSdk({ merchantId: 'm', ...KEYS, environment: 'sandbox' });
const theirs = ({ signature, payload }: SignedForm): Promise<boolean> =>
  sdk.webhookNotification.parse(signature, payload).then(
    () => true,
    () => false,
  );

describe('a signature, by us and by the SDK', () => {
  it.each<[what: string, signature: string, payload: string, flaw: ReturnType<typeof flawOf>]>([
    ['of our keys', `our_public_key|${good}`, PAYLOAD, undefined],
    [
      'beside that of keys which are on their way out',
      `old_key|${mac('x', PAYLOAD)}&our_public_key|${good}`,
      PAYLOAD,
      undefined,
    ],
    ['over the payload with its last line end, which was lost', `our_public_key|${good}`, PAYLOAD.trimEnd(), undefined],
    ['of another merchant', `their_key|${good}`, PAYLOAD, 'no_matching_public_key'],
    ['without a public key', good, PAYLOAD, 'no_matching_public_key'],
    ['that is empty behind our key', 'our_public_key|', PAYLOAD, 'signature_mismatch'],
    ['with another private key', `our_public_key|${mac('x', PAYLOAD)}`, PAYLOAD, 'signature_mismatch'],
    ['in capital letters', `our_public_key|${good.toUpperCase()}`, PAYLOAD, 'signature_mismatch'],
    ['that was cut', `our_public_key|${good.slice(0, -1)}`, PAYLOAD, 'signature_mismatch'],
    ['with something behind it', `our_public_key|${good}0`, PAYLOAD, 'signature_mismatch'],
    ['over another payload', `our_public_key|${good}`, `A${PAYLOAD}`, 'signature_mismatch'],
    ['over a payload with one line end too many', `our_public_key|${good}`, `${PAYLOAD}\n`, 'signature_mismatch'],
  ])('%s', async (_what, signature, payload, flaw) => {
    expect(flawOf({ signature, payload }, KEYS)).toBe(flaw);
    expect(await theirs({ signature, payload })).toBe(flaw === undefined);
  });
});
