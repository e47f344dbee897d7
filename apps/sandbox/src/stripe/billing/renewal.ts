import type { Decline } from '../cards/decline.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import type { Subscription } from '../objects/subscription.js';
import type { Refused } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { collectInvoice, intentOf } from './collect-invoice.js';
import { settlePaid } from './invoice-outcomes.js';
import { finalize, markUncollectible, stopAdvancing, voidInvoice } from './invoices.js';
import { type Line, lineOfSubscriptionItem, newInvoice } from './new-invoice.js';
import { after } from './periods.js';
import { end, setStatus } from './subscription-status.js';

export interface Billing {
  readonly reason: 'subscription_create' | 'subscription_cycle' | 'subscription_update';
  /** Absent: what the period costs. */
  readonly lines?: readonly Line[] | undefined;
  /** Absent: nothing is tried; the invoice waits for somebody to pay it. */
  readonly method: PaymentMethod | undefined;
  readonly automatic: boolean;
  readonly decline?: Decline | undefined;
  readonly origin: string;
}

/** The invoice of the period that begins, finalized and tried. The first one is announced after its subscription. */
export function bill(account: Account, subscription: Subscription, billing: Billing): Refused | undefined {
  const { reason, method } = billing;
  const period = periodOf(subscription);
  const invoice = newInvoice(account, {
    customer: subscription.customer,
    currency: subscription.currency,
    lines: billing.lines ?? linesOf(subscription),
    reason,
    subscription,
    collectionMethod: subscription.collection_method,
    daysUntilDue: (subscription['days_until_due'] as number | null) ?? undefined,
    autoAdvance: true,
    period,
  });
  account.add(invoice);
  if (reason === 'subscription_create') {
    subscription.latest_invoice = invoice.id;
    account.emit('customer.subscription.created', subscription);
  } else {
    account.change(subscription, 'customer.subscription.updated', () => (subscription.latest_invoice = invoice.id));
  }
  account.emit('invoice.created', invoice);
  if (subscription.status === 'unpaid' || subscription.pause_collection?.behavior === 'keep_as_draft') {
    account.change(invoice, 'invoice.updated', () => stopAdvancing(invoice));
    return undefined;
  }
  finalize(account, invoice);
  if (subscription.pause_collection) {
    const { behavior } = subscription.pause_collection;
    if (behavior === 'void') voidInvoice(account, invoice);
    else markUncollectible(account, invoice);
    return undefined;
  }
  if (invoice.amount_due === 0) {
    settlePaid(account, invoice);
    return undefined;
  }
  if (subscription.collection_method === 'send_invoice') {
    if (subscription.status === 'incomplete') setStatus(account, subscription, 'active');
    account.emit('invoice.sent', invoice);
    return undefined;
  }
  if (method) return collectInvoice(account, invoice, { ...billing, method });
  intentOf(account, invoice);
  return undefined;
}

/** The period is over: the next one begins and is billed, or the subscription ends as was asked. */
export function renew(account: Account, subscription: Subscription, billing: Omit<Billing, 'reason'>): void {
  if (subscription.cancel_at_period_end) return end(account, subscription, 'cancellation_requested');
  const wasTrial = subscription.status === 'trialing';
  account.change(subscription, 'customer.subscription.updated', () => {
    for (const item of subscription.items.data) {
      const { interval = 'month', interval_count: count = 1 } = item.price.recurring ?? {};
      item.current_period_start = item.current_period_end;
      item.current_period_end = after(item.current_period_start, interval, count);
    }
    if (wasTrial) subscription.status = 'active';
  });
  bill(account, subscription, { ...billing, reason: 'subscription_cycle' });
}

/** The invoice that is to come. It has no id. */
export function upcomingInvoice(account: Account, subscription: Subscription) {
  const { customer, currency } = subscription;
  const reason = 'subscription_cycle';
  const lines = linesOf({ ...subscription, status: 'active' });
  const { id: _none, ...shown } = newInvoice(account, {
    customer,
    currency,
    lines,
    reason,
    subscription,
    autoAdvance: true,
  });
  return { ...shown, billing_reason: 'upcoming' };
}

/** A trial costs nothing. */
function linesOf(subscription: Subscription): Line[] {
  const free = subscription.status === 'trialing';
  return subscription.items.data.map((item) =>
    lineOfSubscriptionItem(item, free ? 0 : item.price.unit_amount * item.quantity, false),
  );
}

function periodOf({ items }: Subscription) {
  const [first] = items.data;
  return { start: first?.current_period_start ?? 0, end: first?.current_period_end ?? 0 };
}
