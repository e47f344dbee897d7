import { telling, want } from './handler.js';

/** The only word that fulfils a payment; its charges say the same again and are not believed. */
export const paymentIntentSucceeded = telling('payment_intent', ({ after: { now } }) => {
  if (now.status !== 'succeeded') return [];
  const { amount, currency, amountReceived } = now;
  return [want('succeeded', 'payment.succeeded', { amount, currency, amountReceived })];
});
