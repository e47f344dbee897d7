import { telling, want } from './handler.js';

export const paymentIntentProcessing = telling('payment_intent', ({ after: { now, past }, isNews }) => {
  if (!isNews || now.status !== 'processing') return [];
  const { amount, currency, paymentMethod } = now;
  return [
    want(`processing:${paymentMethod ?? ''}:${past.attempts.length}`, 'payment.processing', { amount, currency }),
  ];
});
