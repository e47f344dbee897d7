import { isoTime, telling, want } from './handler.js';

export const invoiceUpcoming = telling('upcoming_invoice', ({ after: { now } }) => {
  const { subscription: subscriptionId, amountDue: amount, currency, dueAt } = now;
  const due = dueAt === undefined ? {} : { dueAt: isoTime(dueAt) };
  return [want('upcoming', 'invoice.upcoming', { subscriptionId, amount, currency, ...due })];
});
