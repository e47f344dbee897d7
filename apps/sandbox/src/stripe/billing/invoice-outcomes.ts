import type { Invoice } from '../objects/invoice.js';
import type { Shown } from '../objects/stripe-object.js';
import type { Account } from '../world/account.js';
import { DAY } from './periods.js';
import { followInvoice } from './subscription-status.js';

/** Days from one automatic attempt to the next; after the last one there is none. */
const RETRY_DAYS = [3, 5, 7];

/** What becomes of an invoice when this happens to its payment intent. */
export const INVOICE_REACTIONS: Readonly<Record<string, (account: Account, intent: Shown) => void>> = {
  'payment_intent.succeeded': (account, intent) => withInvoice(account, intent, settlePaid),
  'payment_intent.payment_failed': (account, intent) => withInvoice(account, intent, settleFailed),
  'payment_intent.requires_action': (account, intent) => withInvoice(account, intent, settleActionRequired),
};

export function settlePaid(account: Account, invoice: Invoice): void {
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') return;
  const [before, now] = [structuredClone(invoice), account.now()];
  invoice.status = 'paid';
  invoice.attempted = true;
  if (invoice.amount_due > 0) invoice.attempt_count = Math.max(1, invoice.attempt_count);
  invoice.amount_paid = invoice.amount_due;
  invoice.amount_remaining = 0;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.paid_at = now;
  const payment = account.objects.newestFirst('invoice_payment').find((each) => each.invoice === invoice.id);
  account.emit('invoice.updated', invoice, before);
  account.emit('invoice.paid', invoice);
  account.emit('invoice.payment_succeeded', invoice);
  if (payment) {
    payment.status = 'paid';
    payment.amount_paid = invoice.amount_paid;
    payment.status_transitions.paid_at = now;
    account.emit('invoice_payment.paid', payment);
  }
  followInvoice(account, invoice, 'paid');
}

/** The attempt that was due begins. Only the first attempt and those of the schedule are counted. */
export function beginAttempt(account: Account, invoice: Invoice, automatic: boolean): void {
  if (!automatic && invoice.attempt_count > 0) return;
  account.change(invoice, 'invoice.updated', () => {
    invoice.attempted = true;
    invoice.attempt_count += 1;
    invoice.next_payment_attempt = null;
  });
}

/** An attempt is due, and nothing is known to try it with. */
export function attemptWithoutMethod(account: Account, invoice: Invoice): void {
  beginAttempt(account, invoice, true);
  settleFailed(account, invoice);
}

function settleFailed(account: Account, invoice: Invoice): void {
  noteAttempt(account, invoice);
  account.emit('invoice.payment_failed', invoice);
  followInvoice(account, invoice, invoice.next_payment_attempt === null ? 'exhausted' : 'failed');
}

/** Stripe sends both: one for those who write to customers, one for those who count failures. */
function settleActionRequired(account: Account, invoice: Invoice): void {
  noteAttempt(account, invoice);
  account.emit('invoice.payment_action_required', invoice);
  account.emit('invoice.payment_failed', invoice);
  followInvoice(account, invoice, 'failed');
}

function noteAttempt(account: Account, invoice: Invoice): void {
  account.change(invoice, 'invoice.updated', () => {
    invoice.attempted = true;
    invoice.attempt_count = Math.max(1, invoice.attempt_count);
    const days = RETRY_DAYS[invoice.attempt_count - 1];
    const retries = invoice.auto_advance && invoice.billing_reason !== 'subscription_create' && days !== undefined;
    // What a customer tries in between does not move the schedule.
    if (retries) invoice.next_payment_attempt ??= account.now() + days * DAY;
  });
}

function withInvoice(account: Account, { id }: Shown, settle: (account: Account, invoice: Invoice) => void): void {
  const payment = account.objects.newestFirst('invoice_payment').find((each) => each.payment.payment_intent === id);
  const invoice = payment && account.objects.find('invoice', payment.invoice);
  if (invoice?.status === 'open') settle(account, invoice);
}
