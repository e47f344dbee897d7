import type { Metadata } from '../wire/params.js';
import type { StripeObject } from './stripe-object.js';

export interface Customer extends StripeObject {
  readonly object: 'customer';
  default_source: string | null;
  delinquent: boolean;
  discount: Discount | null;
  email: string | null;
  invoice_settings: { default_payment_method: string | null; [field: string]: unknown };
  metadata: Metadata;
  name: string | null;
  next_invoice_sequence: number;
  readonly invoice_prefix: string;
}

export interface Discount extends StripeObject {
  readonly object: 'discount';
  readonly customer: string;
  source: { coupon: string; type: 'coupon' };
}

export interface Coupon extends StripeObject {
  readonly object: 'coupon';
  readonly percent_off: number | null;
  readonly amount_off: number | null;
  metadata: Metadata;
  times_redeemed: number;
}

/** A card of the old kind, under `/v1/customers/{id}/sources`. */
export interface CardSource extends StripeObject {
  readonly object: 'card';
  readonly customer: string | null;
  metadata: Metadata;
}

export interface CashBalanceTransaction extends StripeObject {
  readonly object: 'customer_cash_balance_transaction';
  readonly customer: string;
  readonly currency: string;
  readonly net_amount: number;
  readonly ending_balance: number;
}
