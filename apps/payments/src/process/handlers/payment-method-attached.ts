import { telling, want } from './handler.js';

export const paymentMethodAttached = telling('payment_method', ({ after: { now } }) => {
  if (now.customer === undefined) return [];
  const { kind, brand, last4 } = now;
  return [want('attached', 'payment_method.attached', { kind, brand, last4 })];
});
