import type { Nonce, NonceBehaviour } from '../objects/nonce.js';
import type { Instrument } from '../objects/instrument.js';
import { type CardType, cardOf, payPalOf } from './test-cards.js';

const BRANDS: Readonly<Record<string, CardType>> = {
  amex: 'American Express',
  dinersclub: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  maestro: 'Maestro',
  mastercard: 'MasterCard',
  visa: 'Visa',
};

/** Nonces that say more than a kind of card. */
const SPECIAL: Readonly<Record<string, { instrument?: Instrument; behaviour: NonceBehaviour }>> = {
  'fake-gateway-rejected-fraud-nonce': { behaviour: { rejection: 'fraud' } },
  'fake-gateway-rejected-risk-thresholds-nonce': { behaviour: { rejection: 'risk_threshold' } },
  'fake-luhn-invalid-nonce': { behaviour: { invalidNumber: true } },
  'fake-processor-failure-jcb-nonce': { instrument: cardOf('JCB'), behaviour: { verification: '3000' } },
  'fake-paypal-one-time-nonce': { instrument: payPalOf('jane@example.com'), behaviour: { oneTime: true } },
  'fake-paypal-billing-agreement-nonce': { instrument: payPalOf('jane@example.com'), behaviour: {} },
};

/**
 * Braintree's test nonces: https://developer.paypal.com/braintree/docs/reference/general/testing
 * They can be used any number of times, except for the one that is used up.
 */
export function testNonce(text: string): Nonce | undefined {
  if (!/^fake-[a-z0-9-]+-?nonce$/.test(text)) return undefined;
  const known = SPECIAL[text] ?? byName(text);
  if (!known) return undefined;
  return {
    nonce: text,
    instrument: known.instrument ?? cardOf('Visa'),
    behaviour: known.behaviour,
    token: undefined,
    isReusable: true,
    consumed: text === 'fake-consumed-nonce',
  };
}

/** `fake-apple-pay-visa-nonce` and the like. */
function byName(text: string): { instrument: Instrument; behaviour: NonceBehaviour } | undefined {
  const name = text.slice('fake-'.length, -'nonce'.length).replace(/-$/, '');
  const words = name.split('-');
  const brand = BRANDS[words.at(-1) ?? ''] ?? 'Visa';
  if (name.startsWith('apple-pay-')) return { instrument: cardOf(brand, 'apple_pay_card'), behaviour: {} };
  if (/^(android|google)-pay/.test(name)) return { instrument: cardOf(brand, 'android_pay_card'), behaviour: {} };
  // Declined when it is verified; what comes of a sale is for its amount to say.
  if (name.startsWith('processor-declined-')) return { instrument: cardOf(brand), behaviour: { verification: '2000' } };
  const isCard = name.startsWith('valid') || ['consumed', 'abstract-transactable'].includes(name);
  return isCard ? { instrument: cardOf(brand), behaviour: {} } : undefined;
}
