import { telling, want } from './handler.js';

/** Written off, but may still be paid. */
export const invoiceMarkedUncollectible = telling('invoice', ({ objectId, after: { now } }) => {
  if (now.status !== 'uncollectible') return [];
  const { subscription: subscriptionId, amountRemaining: amount, currency } = now;
  return [want('uncollectible', 'invoice.uncollectible', { invoiceId: objectId, subscriptionId, amount, currency })];
});
