import { z } from 'zod';
import { amount, currency, optional, reference, seconds, userOfMetadata } from './fields.js';
import { namedByParent, namedOutright, subscriptionOf, type OfSubscription } from './of-subscription.js';
import { ALWAYS, type Shape } from './shapes.js';

/** An invoice that does not exist yet: no id that would last, and no attempts. */
const fields = {
  currency,
  amount_due: amount,
  next_payment_attempt: optional(seconds),
  customer: optional(reference),
  metadata: userOfMetadata,
};

function snapshotOf(raw: z.output<z.ZodObject<typeof fields>>, { subscription, userId }: OfSubscription) {
  return {
    currency: raw.currency,
    amountDue: raw.amount_due,
    dueAt: raw.next_payment_attempt,
    customer: raw.customer,
    userId: raw.metadata ?? userId,
    subscription,
  };
}
export type UpcomingInvoice = ReturnType<typeof snapshotOf>;

export const upcomingInvoiceShapes: readonly Shape<UpcomingInvoice>[] = [
  {
    since: ALWAYS,
    schema: z.object({ ...fields, ...namedOutright }).transform((raw) => snapshotOf(raw, subscriptionOf(raw))),
  },
  {
    since: '2025-03-31',
    schema: z.object({ ...fields, ...namedByParent }).transform((raw) => snapshotOf(raw, subscriptionOf(raw))),
  },
];
