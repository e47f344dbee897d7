import type { Payout } from '../normalise/payout.js';
import { withEntries, type EnteredState } from './entries.js';
import { latest } from './latest.js';
import type { At } from './state.js';

export type PayoutState = EnteredState<At<Payout>>;

/** A bank may send back what was paid out, days later. */
const RANK: Record<Payout['status'], number> = { pending: 1, in_transit: 2, paid: 3, canceled: 4, failed: 5 };

export const joinPayout = withEntries(
  latest<Payout>((look) => RANK[look.status]),
  (look) => [look.balanceTransaction, look.failureBalanceTransaction],
);
