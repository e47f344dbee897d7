import { telling, want } from './handler.js';

/** The card's issuer or somebody at the app renewed it; nobody asked the user. Once for each face of the card. */
export const paymentMethodChanged = telling('payment_method', ({ after: { now } }) => {
  if (now.customer === undefined) return [];
  const { kind, brand, last4, expMonth, expYear } = now;
  const face = [brand, last4, expMonth, expYear].map((part) => part ?? '').join(':');
  return [want(`changed:${face}`, 'payment_method.changed', { kind, brand, last4 })];
});
