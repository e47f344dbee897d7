import { telling, want } from './handler.js';

export const invoiceVoided = telling('invoice', ({ objectId, after: { now } }) => {
  if (now.status !== 'void') return [];
  const { subscription: subscriptionId, amountDue: amount, currency } = now;
  return [want('voided', 'invoice.voided', { invoiceId: objectId, subscriptionId, amount, currency })];
});
