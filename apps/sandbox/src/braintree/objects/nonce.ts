import type { XmlRecord } from '../wire/xml.js';
import type { Instrument, InstrumentType } from './instrument.js';

/** What an app on a phone was given for a card: good for one use. */
export interface Nonce {
  readonly nonce: string;
  readonly instrument: Instrument;
  /** The kept payment method that it was made of. */
  readonly token: string | undefined;
  readonly behaviour: NonceBehaviour;
  /** Braintree's own test nonces can be used any number of times. */
  readonly isReusable: boolean;
  consumed: boolean;
}

/** What comes of a nonce beside what the amount says. */
export interface NonceBehaviour {
  /** The processor's code when the card is verified. */
  readonly verification?: string;
  readonly rejection?: 'fraud' | 'risk_threshold';
  /** The number is not one. */
  readonly invalidNumber?: true;
  /** Cannot be kept. */
  readonly oneTime?: true;
}

const SHOWN_TYPE: Readonly<Record<InstrumentType, string>> = {
  android_pay_card: 'AndroidPayCard',
  apple_pay_card: 'ApplePayCard',
  credit_card: 'CreditCard',
  paypal_account: 'PayPalAccount',
};

export function nonceXml({ nonce, instrument, consumed }: Nonce): XmlRecord {
  const { type, cardType, bin, last4, expirationMonth, expirationYear, cardholderName } = instrument;
  const card = { bin, lastTwo: last4.slice(2), lastFour: last4, cardType, cardholderName };
  return {
    nonce,
    type: SHOWN_TYPE[type],
    consumed,
    default: false,
    description: type === 'paypal_account' ? 'PayPal' : `ending in ${last4.slice(2)}`,
    details: type === 'paypal_account' ? { email: instrument.email } : { ...card, expirationMonth, expirationYear },
    binData: { countryOfIssuance: 'USA', prepaid: 'Unknown', debit: 'Unknown' },
    threeDSecureInfo: null,
  };
}
