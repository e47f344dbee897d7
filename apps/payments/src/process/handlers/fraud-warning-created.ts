import { telling, want } from './handler.js';

/** Before a dispute: a refund now costs less than losing later. The warning knows its charge, and only that the amount. */
export const fraudWarningCreated = telling('radar.early_fraud_warning', ({ after: { now }, seen: { charge } }) => {
  if (charge === undefined) return [];
  const { amount, currency } = charge;
  return [want('created', 'fraud_warning.created', { amount, currency, fraudType: now.fraudType })];
});
