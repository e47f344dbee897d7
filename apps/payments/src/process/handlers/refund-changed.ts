import { telling, want } from './handler.js';

/** A refund that succeeded may still fail: then the money is owed again. */
export const refundChanged = telling('refund', ({ objectId, after: { now } }) => {
  const { amount, currency, status } = now;
  const data = { refundId: objectId, amount, currency, reason: now.reason };
  const created = want('created', 'refund.created', data);
  switch (status) {
    case 'pending':
    case 'requires_action':
      return [created];
    case 'succeeded':
      return [created, want('succeeded', 'refund.succeeded', data)];
    case 'failed':
      return [created, want('failed', 'refund.failed', { ...data, reason: now.failureReason ?? now.reason })];
    case 'canceled':
      return [created, want('canceled', 'refund.canceled', data)];
  }
});
