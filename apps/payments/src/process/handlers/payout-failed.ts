import { telling, want } from './handler.js';

/** Also days after it was paid. */
export const payoutFailed = telling('payout', ({ after: { now } }) => {
  if (now.status !== 'failed') return [];
  const { amount, currency, failureCode: code } = now;
  return [want('failed', 'payout.failed', { amount, currency, code })];
});
