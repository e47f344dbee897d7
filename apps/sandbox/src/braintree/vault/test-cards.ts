import type { Instrument, InstrumentType } from '../objects/instrument.js';
import { newId } from '../wire/ids.js';

/** The first six and the last four digits of Braintree's test cards. */
export const CARDS = {
  'American Express': { bin: '378282', last4: '0005' },
  'Diners Club': { bin: '362596', last4: '0004' },
  Discover: { bin: '601111', last4: '1117' },
  JCB: { bin: '353011', last4: '0000' },
  Maestro: { bin: '630400', last4: '0000' },
  MasterCard: { bin: '555555', last4: '4444' },
  Visa: { bin: '401288', last4: '1881' },
} as const;
export type CardType = keyof typeof CARDS;

/** A card of a type, the same each time unless its last digits are given. */
export function cardOf(cardType: CardType, type: InstrumentType = 'credit_card', last4?: string): Instrument {
  const card = { ...CARDS[cardType], ...(last4 !== undefined && { last4 }) };
  return {
    type,
    cardType,
    ...card,
    expirationMonth: '12',
    expirationYear: String(new Date().getUTCFullYear() + 4),
    cardholderName: null,
    email: null,
    uniqueNumberIdentifier: Buffer.from(`${type}${card.bin}${card.last4}`).toString('hex'),
  };
}

export function payPalOf(email: string): Instrument {
  const nothing = { bin: '', last4: '', expirationMonth: '', expirationYear: '', cardholderName: null };
  return { type: 'paypal_account', cardType: 'PayPal', ...nothing, email, uniqueNumberIdentifier: newId(16) };
}
