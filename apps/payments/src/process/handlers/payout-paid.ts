import { telling, want } from './handler.js';

export const payoutPaid = telling('payout', ({ after: { now } }) => {
  if (now.status !== 'paid') return [];
  const { amount, currency } = now;
  return [want('paid', 'payout.paid', { amount, currency })];
});
