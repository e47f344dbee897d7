import { telling, want } from './handler.js';

export const payoutCanceled = telling('payout', ({ after: { now } }) => {
  if (now.status !== 'canceled') return [];
  const { amount, currency } = now;
  return [want('canceled', 'payout.canceled', { amount, currency })];
});
