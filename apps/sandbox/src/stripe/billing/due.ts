import type { Invoice } from '../objects/invoice.js';
import type { Subscription } from '../objects/subscription.js';
import type { Due } from '../time/due.js';
import type { Account } from '../world/account.js';
import { endTrial } from './change-subscription.js';
import { collectInvoice } from './collect-invoice.js';
import { attemptWithoutMethod } from './invoice-outcomes.js';
import { voidInvoice } from './invoices.js';
import { DAY } from './periods.js';
import { renew, upcomingInvoice } from './renewal.js';
import { end, expire, isOver } from './subscription-status.js';
import { payingMethod } from './subscriptions.js';

const HOUR = 3_600;
/** A first payment that nobody makes: https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses */
const INCOMPLETE_FOR = 23 * HOUR;
const TRIAL_REMINDER = 3 * DAY;
/** What a new account has under "Upcoming renewal events". */
const RENEWAL_REMINDER = 7 * DAY;

/** What time does to what is subscribed to, and to what is owed. */
export function dueInBilling(account: Account, origin: string): Due[] {
  const subscriptions = account.objects.newestFirst('subscription').filter((each) => !isOver(each));
  return [
    ...subscriptions.flatMap((each) => dueOfSubscription(account, each, origin)),
    ...account.objects.newestFirst('invoice').flatMap((each) => dueOfInvoice(account, each, origin)),
  ];
}

function dueOfSubscription(account: Account, subscription: Subscription, origin: string): Due[] {
  const { id: about, status, cancel_at: cancelAt, created = 0, pause_collection: pause } = subscription;
  if (status === 'incomplete')
    return [{ at: created + INCOMPLETE_FOR, what: 'expires', about, act: () => giveUp(account, subscription) }];
  const due: Due[] = [];
  const periodEnd = subscription.items.data[0]?.current_period_end ?? 0;
  if (status !== 'paused') {
    due.push(...reminders(account, subscription, periodEnd));
    due.push({ at: periodEnd, what: 'period_ends', about, act: () => endPeriod(account, subscription, origin) });
  }
  if (cancelAt !== null && !subscription.cancel_at_period_end)
    due.push({ at: cancelAt, what: 'ends', about, act: () => end(account, subscription, 'cancellation_requested') });
  if (pause?.resumes_at)
    due.push({ at: pause.resumes_at, what: 'collects_again', about, act: () => collectAgain(account, subscription) });
  return due;
}

/** Told before, and once: what lies at or before this moment has been told or is too late. */
function reminders(account: Account, subscription: Subscription, periodEnd: number): Due[] {
  const { id: about, cancel_at_period_end: ends, status } = subscription;
  const reminder: Due =
    status === 'trialing'
      ? {
          at: periodEnd - TRIAL_REMINDER,
          what: 'trial_will_end',
          about,
          act: () => account.emit('customer.subscription.trial_will_end', subscription),
        }
      : {
          at: periodEnd - RENEWAL_REMINDER,
          what: 'invoice_upcoming',
          about,
          act: () => account.emit('invoice.upcoming', upcomingInvoice(account, subscription)),
        };
  return reminder.at > account.now() && !ends ? [reminder] : [];
}

function endPeriod(account: Account, subscription: Subscription, origin: string): void {
  if (subscription.status === 'trialing' && !subscription.cancel_at_period_end)
    return endTrial(account, subscription, origin);
  const method = payingMethod(account, subscription);
  renew(account, subscription, { method, automatic: true, origin });
}

function giveUp(account: Account, subscription: Subscription): void {
  const first = account.objects.find('invoice', subscription.latest_invoice ?? '');
  if (first?.status === 'open') voidInvoice(account, first);
  expire(account, subscription);
}

function collectAgain(account: Account, subscription: Subscription): void {
  account.change(subscription, 'customer.subscription.updated', () => (subscription.pause_collection = null));
}

/** The next attempt at it. A first invoice is tried once, with the customer there. */
function dueOfInvoice(account: Account, invoice: Invoice, origin: string): Due[] {
  const { id: about, next_payment_attempt: at, status, auto_advance: advances, billing_reason: reason } = invoice;
  const mails = invoice.collection_method === 'send_invoice';
  if (status !== 'open' || at === null || !advances || mails || reason === 'subscription_create') return [];
  const id = invoice.parent?.subscription_details.subscription;
  const subscription = id === undefined ? undefined : account.objects.find('subscription', id);
  const act = (): void => {
    const method = payingMethod(account, subscription ?? invoice);
    if (method) collectInvoice(account, invoice, { method, automatic: true, origin });
    else attemptWithoutMethod(account, invoice);
  };
  return [{ at, what: 'attempt', about, act }];
}
