import { randomBytes } from 'node:crypto';
import type { Merchant } from '../world/merchant.js';
import { challengeAnswers } from './signature.js';

const PATIENCE_MS = 5000;

/** Whether who answers at a URL knows the merchant's key; `why` when not. */
export type Proof = { readonly kind: 'proven' } | { readonly kind: 'refuted'; readonly why: string };

/** Asks as Braintree does before it sends anything: GET with `bt_challenge`. */
export async function prove(url: string, merchant: Merchant): Promise<Proof> {
  const challenge = randomBytes(10).toString('hex');
  const asked = new URL(url);
  asked.searchParams.set('bt_challenge', challenge);
  try {
    const response = await fetch(asked, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
    const text = (await response.text()).trim();
    if (challengeAnswers(challenge, merchant.keys).includes(text)) return { kind: 'proven' };
    return { kind: 'refuted', why: `it answered ${response.status} ${text.slice(0, 100)}` };
  } catch (error) {
    return {
      kind: 'refuted',
      why: error instanceof Error ? `it did not answer: ${error.message}` : 'it did not answer',
    };
  }
}
