import { telling, want } from './handler.js';

/** Paid, by whatever way: also outside of Stripe, or with nothing due. `invoice.payment_succeeded` says less and adds nothing. */
export const invoicePaid = telling('invoice', ({ objectId, after: { now } }) => {
  if (now.status !== 'paid') return [];
  const { subscription: subscriptionId, amountPaid: amount, currency } = now;
  return [want('paid', 'invoice.paid', { invoiceId: objectId, subscriptionId, amount, currency })];
});
