import type { Metadata } from '../wire/params.js';
import type { ListPage, StripeObject } from './stripe-object.js';

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'uncollectible' | 'void';

export interface LineItem extends StripeObject {
  readonly object: 'line_item';
  readonly amount: number;
  readonly currency: string;
}

export interface Invoice extends StripeObject {
  readonly object: 'invoice';
  amount_due: number;
  amount_paid: number;
  amount_remaining: number;
  attempt_count: number;
  attempted: boolean;
  auto_advance: boolean;
  readonly billing_reason: string;
  readonly collection_method: 'charge_automatically' | 'send_invoice';
  readonly currency: string;
  readonly customer: string;
  default_payment_method: string | null;
  due_date: number | null;
  effective_at: number | null;
  ending_balance: number | null;
  hosted_invoice_url: string | null;
  invoice_pdf: string | null;
  lines: ListPage<LineItem>;
  metadata: Metadata;
  next_payment_attempt: number | null;
  number: string | null;
  /** Since 2025-03-31.basil the subscription is found here. */
  parent: { type: 'subscription_details'; subscription_details: { subscription: string; metadata: Metadata } } | null;
  status: InvoiceStatus;
  status_transitions: {
    finalized_at: number | null;
    marked_uncollectible_at: number | null;
    paid_at: number | null;
    voided_at: number | null;
  };
  total: number;
}

export interface InvoiceItem extends StripeObject {
  readonly object: 'invoiceitem';
  readonly amount: number;
  readonly currency: string;
  readonly customer: string;
  description: string | null;
  invoice: string | null;
  metadata: Metadata;
}

/** Since 2025-03-31.basil what joins an invoice and its payment intent. */
export interface InvoicePayment extends StripeObject {
  readonly object: 'invoice_payment';
  amount_paid: number | null;
  readonly invoice: string;
  readonly payment: { type: 'payment_intent'; payment_intent: string };
  status: 'canceled' | 'open' | 'paid';
  status_transitions: { canceled_at: number | null; paid_at: number | null };
}
