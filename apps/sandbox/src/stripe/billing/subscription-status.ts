import type { Invoice } from '../objects/invoice.js';
import type { Subscription } from '../objects/subscription.js';
import type { Account } from '../world/account.js';

/** What became of an invoice: `exhausted` when it failed and will not be tried again by itself. */
type InvoiceOutcome = 'exhausted' | 'failed' | 'paid';

/** A subscription follows its invoices: paid it is active, unpaid it is past due, and given up it ends. */
export function followInvoice(account: Account, invoice: Invoice, outcome: InvoiceOutcome): void {
  const id = invoice.parent?.subscription_details.subscription;
  const subscription = id === undefined ? undefined : account.objects.find('subscription', id);
  if (!subscription || isOver(subscription)) return;
  if (outcome === 'paid') {
    keepPayingMethod(account, subscription, invoice);
    const waits = ['incomplete', 'past_due', 'unpaid'].includes(subscription.status);
    if (waits && subscription.latest_invoice === invoice.id) setStatus(account, subscription, 'active');
    return;
  }
  // A first invoice that is not paid leaves the subscription incomplete: it never began.
  if (subscription.status === 'incomplete') return;
  setStatus(account, subscription, 'past_due');
  if (outcome === 'failed' || account.afterLastAttempt === 'leave_past_due') return;
  if (account.afterLastAttempt === 'mark_unpaid') setStatus(account, subscription, 'unpaid');
  else end(account, subscription, 'payment_failed');
}

/** Who asked for it gets the next periods charged to what paid the first one. */
function keepPayingMethod(account: Account, subscription: Subscription, invoice: Invoice): void {
  if (subscription.payment_settings.save_default_payment_method !== 'on_subscription') return;
  const intent = account.objects.find('payment_intent', account.intentOfInvoice(invoice.id) ?? '');
  const method = intent?.payment_method;
  if (!method || subscription.default_payment_method !== null) return;
  account.change(subscription, 'customer.subscription.updated', () => (subscription.default_payment_method = method));
}

export function setStatus(account: Account, subscription: Subscription, status: Subscription['status']): void {
  account.change(subscription, 'customer.subscription.updated', () => (subscription.status = status));
}

/** It is over; Stripe says `deleted`, and the object stays to be read. */
export function end(account: Account, subscription: Subscription, reason: string): void {
  const now = account.now();
  subscription.status = 'canceled';
  subscription.canceled_at ??= now;
  subscription.ended_at = now;
  subscription.cancellation_details = { ...subscription.cancellation_details, reason };
  account.emit('customer.subscription.deleted', subscription);
  for (const invoice of account.objects.newestFirst('invoice')) {
    const isOfIt = invoice.parent?.subscription_details.subscription === subscription.id;
    if (!isOfIt || invoice.status !== 'open') continue;
    // What is owed stays owed, but is not tried any more.
    account.change(invoice, 'invoice.updated', () => {
      invoice.auto_advance = false;
      invoice.next_payment_attempt = null;
    });
  }
}

/** It never began. */
export function expire(account: Account, subscription: Subscription): void {
  account.change(subscription, 'customer.subscription.updated', () => {
    subscription.status = 'incomplete_expired';
    subscription.ended_at = account.now();
  });
}

export function isOver({ status }: Subscription): boolean {
  return status === 'canceled' || status === 'incomplete_expired';
}
