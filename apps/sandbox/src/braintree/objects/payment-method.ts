import { globalId } from '../wire/ids.js';
import { list, type XmlRecord } from '../wire/xml.js';
import { type Instrument, instrumentXml, type InstrumentType } from './instrument.js';

/** Kept for a customer under a token. */
export interface PaymentMethod {
  readonly token: string;
  readonly customerId: string;
  readonly instrument: Instrument;
  default: boolean;
  readonly createdAt: Date;
  updatedAt: Date;
  /** Set when the customer took it back at PayPal. */
  revokedAt: Date | null;
}

/** How the element is called that holds one. */
export const ELEMENT_OF = {
  android_pay_card: 'androidPayCard',
  apple_pay_card: 'applePayCard',
  credit_card: 'creditCard',
  paypal_account: 'paypalAccount',
} as const satisfies Record<InstrumentType, string>;

export function paymentMethodXml(method: PaymentMethod): XmlRecord {
  const { token, customerId, createdAt, updatedAt, revokedAt } = method;
  return {
    token,
    globalId: globalId('paymentmethod', token),
    customerId,
    default: method.default,
    ...instrumentXml(method.instrument),
    expired: false,
    subscriptions: list('subscription', []),
    createdAt,
    updatedAt,
    ...(revokedAt && { revokedAt }),
  };
}
