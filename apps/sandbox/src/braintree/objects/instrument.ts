import type { XmlRecord } from '../wire/xml.js';

export type InstrumentType = 'android_pay_card' | 'apple_pay_card' | 'credit_card' | 'paypal_account';

/** What a nonce or a token stands for. */
export interface Instrument {
  readonly type: InstrumentType;
  readonly cardType: string;
  readonly bin: string;
  readonly last4: string;
  readonly expirationMonth: string;
  readonly expirationYear: string;
  readonly cardholderName: string | null;
  /** Of a PayPal account. */
  readonly email: string | null;
  /** The same for the same card, whatever nonce it came in. */
  readonly uniqueNumberIdentifier: string;
}

/** The fields that Braintree shows of it, whichever object it is in. */
export function instrumentXml(instrument: Instrument): XmlRecord {
  const { type, cardType, bin, last4, expirationMonth, expirationYear, cardholderName, email } = instrument;
  const expiry = { expirationMonth, expirationYear };
  const imageUrl = `https://assets.braintreegateway.com/payment_method_logo/${type}.png?environment=sandbox`;
  switch (type) {
    case 'credit_card':
      return {
        ...{ bin, last4, cardType, ...expiry, cardholderName, imageUrl },
        ...{ customerLocation: 'US', countryOfIssuance: 'USA', issuingBank: 'Unknown', productId: 'Unknown' },
        ...{ commercial: 'Unknown', debit: 'Unknown', durbinRegulated: 'Unknown', healthcare: 'Unknown' },
        ...{ payroll: 'Unknown', prepaid: 'Unknown', accountType: null, isNetworkTokenized: false },
        uniqueNumberIdentifier: instrument.uniqueNumberIdentifier,
      };
    case 'apple_pay_card':
      return {
        ...{ bin, last4, cardType: `Apple Pay - ${cardType}`, ...expiry, cardholderName, imageUrl },
        ...{ paymentInstrumentName: `${cardType} ${last4}`, sourceDescription: `${cardType} ${last4}` },
      };
    case 'android_pay_card':
      return {
        ...{ bin, virtualCardType: cardType, virtualCardLast4: last4, ...expiry, imageUrl },
        ...{ sourceCardType: cardType, sourceCardLast4: last4, sourceDescription: `${cardType} ${last4}` },
        ...{ googleTransactionId: 'google_transaction_id', isNetworkTokenized: true },
      };
    case 'paypal_account':
      return { email, imageUrl, payerId: 'FAKEPAYERID', billingAgreementId: null };
  }
}
