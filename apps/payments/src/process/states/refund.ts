import type { Refund } from '../normalise/refund.js';
import { withEntries, type EnteredState } from './entries.js';
import { latest } from './latest.js';
import type { At } from './state.js';

export type RefundState = EnteredState<At<Refund>>;

/** A bank may send the money back days after it took it. */
const RANK: Record<Refund['status'], number> = { requires_action: 1, pending: 2, succeeded: 3, canceled: 4, failed: 5 };

export const joinRefund = withEntries(
  latest<Refund>((look) => RANK[look.status]),
  (look) => [look.balanceTransaction, look.failureBalanceTransaction],
);

/** Whether money went to the customer, or is on its way. */
export function isGivenBack(refund: Refund): boolean {
  return refund.status !== 'failed' && refund.status !== 'canceled';
}

/** Whether the money has left the balance, as far as was ever seen: not while it waits for funds or for a bank account. */
export function isWithdrawn({ now, past }: RefundState): boolean {
  return now.status === 'succeeded' || (past?.entries ?? []).length > 0;
}
