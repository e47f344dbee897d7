import { z } from 'zod';
import { amount, currency, optional, reference, seconds } from './fields.js';
import { unchanged } from './shapes.js';

const payout = z
  .object({
    id: z.string(),
    status: z.enum(['pending', 'in_transit', 'paid', 'failed', 'canceled']),
    amount,
    currency,
    arrival_date: optional(seconds),
    failure_code: optional(z.string()),
    balance_transaction: optional(reference),
    failure_balance_transaction: optional(reference),
  })
  .transform((raw) => ({
    status: raw.status,
    amount: raw.amount,
    currency: raw.currency,
    arrival: raw.arrival_date,
    failureCode: raw.failure_code,
    balanceTransaction: raw.balance_transaction,
    failureBalanceTransaction: raw.failure_balance_transaction,
  }));
export type Payout = z.output<typeof payout>;
export const payoutShapes = unchanged(payout);
