import { lookOf } from '../seen.js';
import { isSettled } from '../states/invoice.js';
import { isoTime, telling, want } from './handler.js';

/** A step of dunning, once for each attempt that Stripe counts, unless it is overtaken by the next or by a payment. */
export const invoicePaymentFailed = telling('invoice', ({ objectId, after: { now }, seen }) => {
  const look = lookOf(seen);
  if (look === undefined || isSettled(now) || look.attempt < now.attempt) return [];
  const { subscription: subscriptionId, amountRemaining: amount, currency, attempt, nextAttempt, billingReason } = look;
  return [
    want(`payment_failed:${attempt}`, 'invoice.payment_failed', {
      invoiceId: objectId,
      subscriptionId,
      amount,
      currency,
      attempt,
      last: nextAttempt === undefined,
      ...(nextAttempt !== undefined && { nextAttemptAt: isoTime(nextAttempt) }),
      billingReason,
    }),
  ];
});
