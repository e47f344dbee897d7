import type { Invoice, InvoiceItem, LineItem } from '../objects/invoice.js';
import { wholeList } from '../objects/stripe-object.js';
import type { Subscription, SubscriptionItem } from '../objects/subscription.js';
import { newId } from '../wire/ids.js';
import type { Metadata } from '../wire/params.js';
import type { Account } from '../world/account.js';

export interface NewInvoice {
  readonly customer: string;
  readonly currency: string;
  readonly lines: readonly Line[];
  readonly reason: 'manual' | 'subscription_create' | 'subscription_cycle' | 'subscription_update';
  readonly subscription?: Subscription | undefined;
  readonly collectionMethod?: Invoice['collection_method'];
  readonly daysUntilDue?: number | undefined;
  readonly autoAdvance: boolean;
  readonly description?: string | null;
  readonly metadata?: Metadata;
  readonly defaultPaymentMethod?: string | null;
  readonly period?: { readonly start: number; readonly end: number };
}

export interface Line {
  readonly amount: number;
  readonly description: string | null;
  readonly quantity: number;
  readonly period: { readonly start: number; readonly end: number };
  readonly parent: object;
}

/** A draft; neither kept nor announced. */
export function newInvoice(account: Account, wanted: NewInvoice): Invoice {
  const [id, now] = [newId('in'), account.now()];
  const customer = account.objects.require('customer', wanted.customer, 'customer');
  const {
    subscription,
    collectionMethod = 'charge_automatically',
    currency,
    period = { start: now, end: now },
  } = wanted;
  const invoice: Invoice = {
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Signalbox sandbox',
    account_tax_ids: null,
    amount_due: 0,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: 0,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: wanted.autoAdvance,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: wanted.autoAdvance ? now + 3600 : null,
    billing_reason: wanted.reason,
    collection_method: collectionMethod,
    created: now,
    currency,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: customer['address'] ?? null,
    customer_email: customer.email,
    customer_name: customer.name,
    customer_phone: customer['phone'] ?? null,
    customer_shipping: null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: wanted.defaultPaymentMethod ?? null,
    default_source: null,
    default_tax_rates: [],
    description: wanted.description ?? null,
    discounts: [],
    due_date: wanted.daysUntilDue === undefined ? null : now + wanted.daysUntilDue * 86_400,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: wholeList(`/v1/invoices/${id}/lines`, []),
    livemode: false,
    metadata: wanted.metadata ?? {},
    next_payment_attempt: wanted.autoAdvance && collectionMethod === 'charge_automatically' ? now + 3600 : null,
    number: null,
    on_behalf_of: null,
    parent: subscription
      ? {
          type: 'subscription_details',
          subscription_details: { subscription: subscription.id, metadata: subscription.metadata },
        }
      : null,
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: period.end,
    period_start: period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: 0,
    subtotal_excluding_tax: 0,
    test_clock: customer['test_clock'] ?? null,
    total: 0,
    total_discount_amounts: [],
    total_excluding_tax: 0,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: null,
  };
  addLines(invoice, wanted.lines);
  return invoice;
}

export function addLines(invoice: Invoice, lines: readonly Line[]): void {
  const made = lines.map((line) => newLine(invoice, line));
  invoice.lines = wholeList(invoice.lines.url, [...invoice.lines.data, ...made]);
  const total = invoice.lines.data.reduce((sum, { amount }) => sum + amount, 0);
  for (const field of ['total', 'subtotal', 'subtotal_excluding_tax', 'total_excluding_tax']) invoice[field] = total;
  invoice.amount_due = total;
  invoice.amount_remaining = total - invoice.amount_paid;
}

/** The line of something that was put on the customer's account before. */
export function lineOfItem({ id, amount, description, created = 0 }: InvoiceItem): Line {
  const details = { invoice_item: id, proration: false, proration_details: null, subscription: null };
  const parent = { type: 'invoice_item_details', invoice_item_details: details, subscription_item_details: null };
  return { amount, description, quantity: 1, period: { start: created, end: created }, parent };
}

export function lineOfSubscriptionItem(item: SubscriptionItem, amount: number, proration: boolean): Line {
  const details = {
    invoice_item: null,
    proration,
    proration_details: null,
    subscription: item['subscription'],
    subscription_item: item.id,
  };
  return {
    amount,
    description: `${item.quantity} × ${item.price.product}`,
    quantity: item.quantity,
    period: { start: item.current_period_start, end: item.current_period_end },
    parent: {
      type: 'subscription_item_details',
      invoice_item_details: null,
      subscription_item_details: details,
    },
  };
}

function newLine(invoice: Invoice, { amount, description, quantity, period, parent }: Line): LineItem {
  return {
    id: newId('il'),
    object: 'line_item',
    amount,
    currency: invoice.currency,
    description,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice: invoice.id,
    livemode: false,
    metadata: {},
    parent,
    period,
    pretax_credit_amounts: [],
    pricing: null,
    quantity,
    quantity_decimal: String(quantity),
    subscription: invoice.parent?.subscription_details.subscription ?? null,
    subtotal: amount,
    taxes: [],
  };
}
