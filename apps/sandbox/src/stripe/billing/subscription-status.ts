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
    const waits = ['incomplete', 'past_due', 'unpaid'].includes(subscription.status);
    if (waits && subscription.latest_invoice === invoice.id) setStatus(account, subscription, 'active');
    return;
  }
  // A first invoice that is not paid leaves the subscription incomplete: it never began.
  if (subscription.status === 'incomplete') return;
  setStatus(account, subscription, 'past_due');
  if (outcome === 'exhausted') end(account, subscription, 'payment_failed');
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
