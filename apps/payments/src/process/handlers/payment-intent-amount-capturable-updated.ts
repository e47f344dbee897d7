import { telling, want } from './handler.js';

/** Reserved, not paid. */
export const paymentIntentAmountCapturableUpdated = telling('payment_intent', ({ after: { now }, isNews }) => {
  if (!isNews || now.status !== 'requires_capture') return [];
  const { amount, currency, amountCapturable } = now;
  return [want(`authorized:${amountCapturable}`, 'payment.authorized', { amount, currency, amountCapturable })];
});
