import { z } from 'zod';
import { amount, currency, optional, reference, userOfMetadata } from './fields.js';
import { unchanged } from './shapes.js';

const charge = z
  .object({
    id: z.string(),
    status: z.enum(['pending', 'succeeded', 'failed']),
    amount,
    currency,
    captured: z.boolean(),
    /** Not there before multiple captures were: all or nothing. */
    amount_captured: optional(amount),
    amount_refunded: amount,
    disputed: z.boolean().default(false),
    payment_intent: optional(reference),
    customer: optional(reference),
    balance_transaction: optional(reference),
    /** Of a debit that the bank took back. */
    failure_balance_transaction: optional(reference),
    failure_code: optional(z.string()),
    outcome: optional(
      z.object({ type: optional(z.string()), reason: optional(z.string()), network_status: optional(z.string()) }),
    ),
    payment_method_details: optional(
      z.object({
        type: z.string(),
        card: optional(z.object({ brand: optional(z.string()), last4: optional(z.string()) })),
      }),
    ),
    metadata: userOfMetadata,
  })
  .transform((raw) => {
    const captured = raw.amount_captured ?? (raw.captured ? raw.amount : 0);
    return {
      status: raw.status,
      amount: raw.amount,
      currency: raw.currency,
      captured: raw.captured,
      amountCaptured: captured,
      // Stripe counts what was reserved and never taken among the refunds; nobody got that back.
      givenBack: Math.max(0, raw.amount_refunded - (raw.amount - captured)),
      disputed: raw.disputed,
      paymentIntent: raw.payment_intent,
      customer: raw.customer,
      userId: raw.metadata,
      balanceTransaction: raw.balance_transaction,
      failureBalanceTransaction: raw.failure_balance_transaction,
      failureCode: raw.failure_code,
      outcome: raw.outcome?.type,
      outcomeReason: raw.outcome?.reason,
      kind: raw.payment_method_details?.type,
      brand: raw.payment_method_details?.card?.brand,
      last4: raw.payment_method_details?.card?.last4,
    };
  });
export type Charge = z.output<typeof charge>;
export const chargeShapes = unchanged(charge);
