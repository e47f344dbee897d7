import { z } from 'zod';
import { amount, currency, optional, reference, userOfMetadata } from './fields.js';
import { unchanged } from './shapes.js';

const refund = z
  .object({
    id: z.string(),
    status: z.enum(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']),
    amount,
    currency,
    charge: optional(reference),
    payment_intent: optional(reference),
    reason: optional(z.string()),
    /** Money has left the balance. */
    balance_transaction: optional(reference),
    /** It is back. */
    failure_balance_transaction: optional(reference),
    failure_reason: optional(z.string()),
    metadata: userOfMetadata,
  })
  .transform((raw) => ({
    status: raw.status,
    amount: raw.amount,
    currency: raw.currency,
    charge: raw.charge,
    paymentIntent: raw.payment_intent,
    userId: raw.metadata,
    reason: raw.reason,
    failureReason: raw.failure_reason,
    balanceTransaction: raw.balance_transaction,
    failureBalanceTransaction: raw.failure_balance_transaction,
  }));
export type Refund = z.output<typeof refund>;
export const refundShapes = unchanged(refund);
