import { telling, want } from './handler.js';

export const paymentIntentCanceled = telling('payment_intent', ({ after: { now } }) => {
  if (now.status !== 'canceled') return [];
  const { amount, currency, cancellationReason: reason } = now;
  return [want('canceled', 'payment.canceled', { amount, currency, reason })];
});
