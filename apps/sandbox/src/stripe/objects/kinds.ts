import type { BalanceTransaction } from './balance-transaction.js';
import type { Price, Product } from './catalog.js';
import type { Charge } from './charge.js';
import type { CardSource, CashBalanceTransaction, Coupon, Customer, Discount } from './customer.js';
import type { Dispute } from './dispute.js';
import type { Invoice, InvoiceItem, InvoicePayment } from './invoice.js';
import type { PaymentIntent } from './payment-intent.js';
import type { PaymentMethod } from './payment-method.js';
import type { Payout } from './payout.js';
import type { Refund } from './refund.js';
import type { SetupIntent } from './setup-intent.js';
import type { StripeObject } from './stripe-object.js';
import type { Subscription } from './subscription.js';
import type { TestClock } from './test-clock.js';

/** The objects that are kept, by the name in their field `object`. */
export interface Kinds {
  balance_transaction: BalanceTransaction;
  card: CardSource;
  charge: Charge;
  coupon: Coupon;
  customer: Customer;
  customer_cash_balance_transaction: CashBalanceTransaction;
  discount: Discount;
  dispute: Dispute;
  ephemeral_key: StripeObject & { readonly object: 'ephemeral_key' };
  invoice: Invoice;
  invoice_payment: InvoicePayment;
  invoiceitem: InvoiceItem;
  payment_intent: PaymentIntent;
  payment_method: PaymentMethod;
  payout: Payout;
  price: Price;
  product: Product;
  'radar.early_fraud_warning': StripeObject & { readonly object: 'radar.early_fraud_warning' };
  refund: Refund;
  setup_intent: SetupIntent;
  subscription: Subscription;
  'test_helpers.test_clock': TestClock;
  token: StripeObject & { readonly object: 'token' };
}

export type Kind = keyof Kinds;
export type KnownObject = Kinds[Kind];
