import { telling, want } from './handler.js';

/** Reserved, not paid; of several captures some may be made already. */
export const paymentIntentAmountCapturableUpdated = telling('payment_intent', ({ after: { now }, isNews }) => {
  if (!isNews || now.status !== 'requires_capture') return [];
  const { amount, currency, amountCapturable, amountReceived } = now;
  const received = amountReceived > 0 ? { amountReceived } : {};
  return [
    want(`authorized:${amountCapturable}`, 'payment.authorized', { amount, currency, amountCapturable, ...received }),
  ];
});
