import { globalId } from '../wire/ids.js';
import { list, type XmlRecord } from '../wire/xml.js';
import type { InstrumentType } from './instrument.js';
import { type PaymentMethod, paymentMethodXml } from './payment-method.js';

export const CUSTOMER_FIELDS = ['company', 'email', 'fax', 'firstName', 'lastName', 'phone', 'website'] as const;
export type CustomerField = (typeof CUSTOMER_FIELDS)[number];

export interface Customer {
  readonly id: string;
  details: Record<CustomerField, string | null>;
  /** By their names in snake case. */
  customFields: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  updatedAt: Date;
}

export function customerXml(customer: Customer, methods: readonly PaymentMethod[]): XmlRecord {
  const { id, details, customFields, createdAt, updatedAt } = customer;
  const of = (type: InstrumentType) =>
    methods.filter(({ instrument }) => instrument.type === type).map((method) => paymentMethodXml(method));
  return {
    id,
    globalId: globalId('customer', id),
    merchantId: null,
    ...details,
    customFields: Object.keys(customFields).length === 0 ? '' : customFields,
    creditCards: list('creditCard', of('credit_card')),
    applePayCards: list('applePayCard', of('apple_pay_card')),
    androidPayCards: list('androidPayCard', of('android_pay_card')),
    paypalAccounts: list('paypalAccount', of('paypal_account')),
    addresses: list('address', []),
    taxIdentifiers: list('taxIdentifier', []),
    createdAt,
    updatedAt,
  };
}
