import type { Refund } from '../normalise/refund.js';
import { latest } from './latest.js';
import type { At, State } from './state.js';

export type RefundState = State<At<Refund>>;

/** A bank may send the money back days after it took it. */
const RANK: Record<Refund['status'], number> = { requires_action: 1, pending: 2, succeeded: 3, canceled: 4, failed: 5 };

export const joinRefund = latest<Refund>((look) => RANK[look.status]);

/** Whether money went to the customer, or is on its way. */
export function isGivenBack(refund: Refund): boolean {
  return refund.status !== 'failed' && refund.status !== 'canceled';
}
