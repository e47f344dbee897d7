import { z } from 'zod';
import { amount, currency, optional, reference, seconds, userOfMetadata } from './fields.js';
import { unchanged } from './shapes.js';

const dispute = z
  .object({
    id: z.string(),
    status: z.enum([
      'warning_needs_response',
      'warning_under_review',
      'warning_closed',
      'needs_response',
      'under_review',
      'appeal_needs_response',
      'appeal_under_review',
      'prevented',
      'won',
      'lost',
      // Until 2023: the charge was refunded before the bank asked.
      'charge_refunded',
    ]),
    amount,
    currency,
    reason: optional(z.string()),
    charge: optional(reference),
    payment_intent: optional(reference),
    evidence_details: optional(z.object({ due_by: optional(seconds) })),
    balance_transactions: z
      .array(z.object({ id: z.string(), amount, currency: optional(currency), fee: optional(amount) }))
      .default([]),
    metadata: userOfMetadata,
  })
  .transform((raw) => ({
    status: raw.status,
    amount: raw.amount,
    currency: raw.currency,
    reason: raw.reason,
    charge: raw.charge,
    paymentIntent: raw.payment_intent,
    userId: raw.metadata,
    evidenceDueBy: raw.evidence_details?.due_by,
    // The only money that a dispute moves: negative where it is taken, positive where it comes back; in the balance's currency.
    movements: raw.balance_transactions,
  }));
export type Dispute = z.output<typeof dispute>;
export const disputeShapes = unchanged(dispute);
