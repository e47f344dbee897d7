import type { StripeObject } from './stripe-object.js';

/** Money that came or went: `net` is `amount` less `fee`, and the sum of all nets is the balance. */
export interface BalanceTransaction extends StripeObject {
  readonly object: 'balance_transaction';
  readonly amount: number;
  readonly available_on: number;
  readonly currency: string;
  readonly fee: number;
  readonly net: number;
  readonly source: string;
  readonly status: 'available' | 'pending';
  readonly type: string;
}
