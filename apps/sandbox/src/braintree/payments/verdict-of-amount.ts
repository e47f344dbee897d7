import type { InstrumentType } from '../objects/instrument.js';
import { APPROVED, declined, type ProcessorResponse, UNAVAILABLE } from '../objects/processor-response.js';
import type { RejectionReason } from '../objects/transaction.js';

/** How an authorization ends. */
export type Authorization =
  | { readonly kind: 'approved'; readonly response: ProcessorResponse }
  | { readonly kind: 'declined'; readonly response: ProcessorResponse }
  | { readonly kind: 'failed'; readonly response: ProcessorResponse }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason };

export type Settlement = 'settled' | 'settlement_declined' | 'settlement_pending';

/** In whole units the amounts decide: https://developer.paypal.com/braintree/docs/reference/general/testing */
export function authorizationOf(amount: number, type: InstrumentType): Authorization {
  const whole = Math.floor(amount);
  if (amount >= 2000 && amount < 3000) return { kind: 'declined', response: declined(String(whole)) };
  if (amount >= 3000 && amount < 3001) return { kind: 'failed', response: UNAVAILABLE };
  if (amount === 5001) return { kind: 'rejected', reason: 'application_incomplete' };
  if (amount === 5001.01 && type === 'paypal_account') return { kind: 'declined', response: declined('2038') };
  return { kind: 'approved', response: APPROVED };
}

/** Cards are always settled; PayPal has its moods. */
export function settlementOf(amount: number, type: InstrumentType): Settlement {
  if (type !== 'paypal_account' || amount < 4001 || amount >= 5001) return 'settled';
  return amount >= 4002 && amount < 4003 ? 'settlement_pending' : 'settlement_declined';
}
