import { lookOf } from '../seen.js';
import { isSettled } from '../states/invoice.js';
import { telling, want } from './handler.js';

export const invoicePaymentActionRequired = telling('invoice', ({ objectId, after: { now }, seen }) => {
  const look = lookOf(seen);
  if (look === undefined || isSettled(now) || look.attempt < now.attempt) return [];
  const { subscription: subscriptionId, amountRemaining: amount, currency, attempt } = look;
  return [
    want(`action_required:${attempt}`, 'invoice.action_required', {
      invoiceId: objectId,
      subscriptionId,
      amount,
      currency,
    }),
  ];
});
