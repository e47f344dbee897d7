import type { RefundState } from '../states/refund.js';
import { isWithdrawn } from '../states/refund.js';
import { telling, want } from './handler.js';

/** A refund that succeeded may still fail: then the money is owed again. */
export const refundChanged = telling('refund', ({ objectId, before, after }) => {
  const { now } = after;
  const { amount, currency, status } = now;
  const data = { refundId: objectId, amount, currency, reason: now.reason };
  const created = want('created', 'refund.created', { ...data, ...(isWithdrawn(after) && { fundsWithdrawn: true }) });
  switch (status) {
    case 'pending':
    case 'requires_action':
      if (hasLeftSince(before, after)) return [created, want('funds_withdrawn', 'refund.funds_withdrawn', data)];
      return [created];
    case 'succeeded':
      return [created, want('succeeded', 'refund.succeeded', data)];
    case 'failed':
      return [created, want('failed', 'refund.failed', { ...data, reason: now.failureReason ?? now.reason })];
    case 'canceled':
      return [created, want('canceled', 'refund.canceled', data)];
  }
});

/** The money had not left when the refund was told of, and has now. */
function hasLeftSince(before: RefundState | undefined, after: RefundState): boolean {
  return before !== undefined && !isWithdrawn(before) && isWithdrawn(after);
}
