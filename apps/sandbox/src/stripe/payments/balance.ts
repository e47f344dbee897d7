import type { BalanceTransaction } from '../objects/balance-transaction.js';
import { newId } from '../wire/ids.js';
import type { Account, Settlement } from '../world/account.js';

/** Two days, as for a US account. */
const SETTLES_AFTER_SECONDS = 2 * 86_400;

interface Movement {
  /** Negative when money leaves. */
  readonly amount: number;
  readonly fee?: number;
  readonly currency: string;
  /** The object that it happened for. */
  readonly source: string;
  readonly type: 'adjustment' | 'charge' | 'payment' | 'payout' | 'payout_failure' | 'refund' | 'refund_failure';
  readonly category: string;
  readonly description?: string | null;
  readonly available?: boolean;
}

/** Writes down that money came or went, in the currency in which the account is settled. */
export function move(account: Account, movement: Movement): BalanceTransaction {
  const { source, type, category, description = null, available = false } = movement;
  const { amount, fee, currency, rate } = settled(movement, account.settlement);
  const now = account.now();
  const details = {
    amount: fee,
    application: null,
    currency,
    description: 'Stripe processing fees',
    type: 'stripe_fee',
  };
  const transaction: BalanceTransaction = {
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: available ? now : now + SETTLES_AFTER_SECONDS,
    balance_type: 'payments',
    created: now,
    currency,
    description,
    exchange_rate: rate,
    fee,
    fee_details: fee === 0 ? [] : [details],
    net: amount - fee,
    reporting_category: category,
    source,
    status: available ? 'available' : 'pending',
    type,
  };
  account.add(transaction);
  return transaction;
}

/** A payout takes what the balance has; everything else is exchanged where the account has no balance in its currency. */
function settled({ amount, fee = 0, currency, type }: Movement, settlement: Settlement | undefined) {
  const rate = type.startsWith('payout') ? undefined : settlement?.rates[currency];
  if (settlement === undefined || rate === undefined) return { amount, fee, currency, rate: null };
  return { amount: Math.round(amount * rate), fee: Math.round(fee * rate), currency: settlement.currency, rate };
}

/** Stripe's list price: 2.9 % and 30 of the smallest unit. */
export function processingFee(amount: number): number {
  return Math.round(amount * 0.029) + 30;
}
