import { z } from 'zod';
import { amount, currency, optional, reference, seconds, userOfMetadata } from './fields.js';
import { namedByParent, namedOutright, subscriptionOf, type OfSubscription } from './of-subscription.js';
import { ALWAYS, type Shape } from './shapes.js';

const fields = {
  /** An invoice that is yet to come has none. */
  id: optional(z.string()),
  status: z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']),
  currency,
  amount_due: amount,
  amount_paid: amount,
  amount_remaining: amount,
  attempt_count: z.int(),
  next_payment_attempt: seconds.nullable(),
  billing_reason: optional(z.string()),
  customer: optional(reference),
  metadata: userOfMetadata,
};

function snapshotOf(
  raw: z.output<z.ZodObject<typeof fields>>,
  { subscription, userId }: OfSubscription,
  paymentIntent?: string,
) {
  return {
    status: raw.status,
    currency: raw.currency,
    amountDue: raw.amount_due,
    amountPaid: raw.amount_paid,
    amountRemaining: raw.amount_remaining,
    attempt: raw.attempt_count,
    nextAttempt: raw.next_payment_attempt ?? undefined,
    billingReason: raw.billing_reason,
    customer: raw.customer,
    userId: raw.metadata ?? userId,
    subscription,
    /** Which payment it is tried with. From basil on an invoice_payment says it. */
    paymentIntent,
  };
}
export type Invoice = ReturnType<typeof snapshotOf>;

export const invoiceShapes: readonly Shape<Invoice>[] = [
  {
    since: ALWAYS,
    schema: z
      .object({ ...fields, ...namedOutright, payment_intent: optional(reference) })
      .transform((raw) => snapshotOf(raw, subscriptionOf(raw), raw.payment_intent)),
  },
  {
    since: '2025-03-31',
    schema: z.object({ ...fields, ...namedByParent }).transform((raw) => snapshotOf(raw, subscriptionOf(raw))),
  },
];
