import type { Invoice } from '../objects/invoice.js';
import { cancelIntent } from '../payments/capture.js';
import { newId } from '../wire/ids.js';
import type { Params } from '../wire/params.js';
import { invalid, unexpectedState } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { addLines, lineOfItem, newInvoice } from './new-invoice.js';

/** `POST /v1/invoices`: a draft, with what was put on the customer's account when that is asked for. @throws Refused */
export function invoiceFromParams(account: Account, params: Params): Invoice {
  const customer = account.objects.require('customer', params.require('customer'), 'customer').id;
  const includes = params.choice('pending_invoice_items_behavior', ['exclude', 'include']) === 'include';
  const items = includes ? pendingItems(account, customer) : [];
  const collectionMethod =
    params.choice('collection_method', ['charge_automatically', 'send_invoice']) ?? 'charge_automatically';
  const daysUntilDue = params.integer('days_until_due');
  if (collectionMethod === 'send_invoice' && daysUntilDue === undefined && !params.has('due_date'))
    throw invalid('If invoice collection method is `send_invoice`, you must specify `due_date` or `days_until_due`.');
  const named = params.text('default_payment_method');
  if (named !== undefined) account.objects.require('payment_method', named, 'default_payment_method');
  const invoice = newInvoice(account, {
    customer,
    currency: items[0]?.currency ?? params.text('currency') ?? 'usd',
    lines: items.map(lineOfItem),
    reason: 'manual',
    collectionMethod,
    daysUntilDue,
    autoAdvance: params.flag('auto_advance') ?? false,
    description: params.text('description') ?? null,
    metadata: params.metadata(),
    defaultPaymentMethod: named ?? null,
  });
  for (const item of items) item.invoice = invoice.id;
  account.add(invoice, 'invoice.created');
  return invoice;
}

/** Puts an amount on the customer's account, or at once into a draft. @throws Refused */
export function itemFromParams(account: Account, params: Params) {
  const customer = account.objects.require('customer', params.require('customer'), 'customer').id;
  const draft = params.text('invoice');
  const invoice = draft === undefined ? undefined : account.objects.require('invoice', draft, 'invoice');
  if (invoice) mustBe(invoice, ['draft'], 'changed');
  const [amount, currency] = [params.requireInteger('amount'), params.text('currency') ?? 'usd'];
  const now = account.now();
  const item = {
    id: newId('ii'),
    object: 'invoiceitem' as const,
    amount,
    created: now,
    currency,
    customer,
    customer_account: null,
    date: now,
    description: params.text('description') ?? null,
    discountable: true,
    discounts: [],
    invoice: invoice?.id ?? null,
    livemode: false,
    metadata: params.metadata(),
    net_amount: amount,
    parent: null,
    period: { end: now, start: now },
    pricing: null,
    proration: false,
    quantity: 1,
    quantity_decimal: '1',
    tax_rates: [],
    test_clock: null,
  };
  account.add(item, 'invoiceitem.created');
  if (invoice) account.change(invoice, 'invoice.updated', () => addLines(invoice, [lineOfItem(item)]));
  return item;
}

/** From here on it is owed. @throws Refused when it is no draft. */
export function finalize(account: Account, invoice: Invoice): void {
  mustBe(invoice, ['draft'], 'finalized');
  const customer = account.objects.require('customer', invoice.customer);
  const number = String(customer.next_invoice_sequence).padStart(4, '0');
  customer.next_invoice_sequence += 1;
  const now = account.now();
  invoice.status = 'open';
  invoice.number = `${customer.invoice_prefix}-${number}`;
  invoice.effective_at = now;
  invoice.ending_balance = 0;
  invoice.status_transitions.finalized_at = now;
  invoice.hosted_invoice_url = `https://invoice.stripe.com/i/sandbox/${invoice.id}`;
  invoice.invoice_pdf = `https://pay.stripe.com/invoice/sandbox/${invoice.id}/pdf`;
  invoice['automatically_finalizes_at'] = null;
  account.emit('invoice.finalized', invoice);
}

/** @throws Refused when it is not open. */
export function voidInvoice(account: Account, invoice: Invoice): void {
  mustBe(invoice, ['open', 'uncollectible'], 'voided');
  stopAdvancing(invoice);
  invoice.status = 'void';
  invoice.status_transitions.voided_at = account.now();
  account.emit('invoice.voided', invoice);
  const intent = account.objects.find('payment_intent', account.intentOfInvoice(invoice.id) ?? '');
  if (intent && intent.status !== 'succeeded' && intent.status !== 'canceled')
    cancelIntent(account, intent, 'void_invoice');
}

/** @throws Refused when it is not open. */
export function markUncollectible(account: Account, invoice: Invoice): void {
  mustBe(invoice, ['open'], 'marked uncollectible');
  stopAdvancing(invoice);
  invoice.status = 'uncollectible';
  invoice.status_transitions.marked_uncollectible_at = account.now();
  account.emit('invoice.marked_uncollectible', invoice);
}

/** By mail, to whom pays by themselves. @throws Refused */
export function send(account: Account, invoice: Invoice): void {
  if (invoice.collection_method !== 'send_invoice')
    throw invalid("You can only manually send an invoice if its collection method is 'send_invoice'.");
  if (invoice.status === 'draft') finalize(account, invoice);
  mustBe(invoice, ['open'], 'sent');
  account.emit('invoice.sent', invoice);
}

/** @throws Refused when it was finalized. */
export function deleteDraft(account: Account, invoice: Invoice): object {
  mustBe(invoice, ['draft'], 'deleted');
  account.objects.delete('invoice', invoice.id);
  for (const item of account.objects.newestFirst('invoiceitem')) if (item.invoice === invoice.id) item.invoice = null;
  account.emit('invoice.deleted', invoice);
  return { id: invoice.id, object: 'invoice', deleted: true };
}

export function mustBe({ status }: Invoice, statuses: readonly Invoice['status'][], what: string): void {
  if (statuses.includes(status)) return;
  throw unexpectedState(
    'invoice_not_editable',
    `This invoice cannot be ${what}: it is ${status}, and would have to be ${statuses.join(' or ')}.`,
  );
}

/** Nothing is tried by itself any more. */
export function stopAdvancing(invoice: Invoice): void {
  invoice.auto_advance = false;
  invoice.next_payment_attempt = null;
}

function pendingItems(account: Account, customer: string) {
  const items = account.objects.newestFirst('invoiceitem').reverse();
  return items.filter((item) => item.customer === customer && item.invoice === null);
}
