import { randomUUID } from 'node:crypto';
import type { Instrument } from '../objects/instrument.js';
import type { Nonce } from '../objects/nonce.js';
import { invalid, notFound } from '../wire/refused.js';
import type { Merchant } from '../world/merchant.js';
import { testNonce } from './test-nonces.js';

/** A nonce as an app on a phone would get one; with a token it stands for a kept method. */
export function addNonce(merchant: Merchant, instrument: Instrument, token?: string): Nonce {
  const nonce = { nonce: randomUUID(), instrument, token, behaviour: {}, isReusable: false, consumed: false };
  merchant.nonces.set(nonce.nonce, nonce);
  return nonce;
}

/** @throws Refused with 404 */
export function findNonce(merchant: Merchant, text: string): Nonce {
  const nonce = merchant.nonces.get(text) ?? testNonce(text);
  if (!nonce) throw notFound();
  return nonce;
}

/** Which errors a request answers with: each kind of request has codes of its own. */
interface NonceErrors {
  readonly subject: string;
  readonly attribute: string;
  readonly consumed: string;
  readonly unknown: string;
}

/** One that can still be used. @throws Invalid */
export function requireNonce(
  merchant: Merchant,
  text: string,
  { subject, attribute, consumed, unknown }: NonceErrors,
): Nonce {
  const nonce = merchant.nonces.get(text) ?? testNonce(text);
  if (!nonce) throw invalid(subject, attribute, unknown, 'Unknown or expired payment_method_nonce.');
  if (nonce.consumed) throw invalid(subject, attribute, consumed, 'Cannot use a payment_method_nonce more than once.');
  return nonce;
}

export function consume(nonce: Nonce): void {
  if (!nonce.isReusable) nonce.consumed = true;
}
