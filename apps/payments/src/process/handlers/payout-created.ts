import { telling, want } from './handler.js';

/** A payout leaves the balance when it is made, days before it arrives. */
export const payoutCreated = telling('payout', ({ after: { now } }) => {
  if (now.status !== 'pending' && now.status !== 'in_transit') return [];
  const { amount, currency } = now;
  return [want('created', 'payout.created', { amount, currency })];
});
