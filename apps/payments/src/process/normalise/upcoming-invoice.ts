import { z } from 'zod';
import { amount, currency, optional, reference, seconds, userOfMetadata } from './fields.js';
import { ALWAYS, type Shape } from './shapes.js';

/** An invoice that does not exist yet: no id that would last, and no attempts. */
const fields = {
  currency,
  amount_due: amount,
  next_payment_attempt: optional(seconds),
  customer: optional(reference),
  metadata: userOfMetadata,
};

function snapshotOf(
  raw: z.output<z.ZodObject<typeof fields>>,
  subscription: string | undefined,
  userId: string | undefined,
) {
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

const ofSubscription = z.object({ metadata: userOfMetadata });

export const upcomingInvoiceShapes: readonly Shape<UpcomingInvoice>[] = [
  {
    since: ALWAYS,
    schema: z
      .object({ ...fields, subscription: reference.nullable(), subscription_details: optional(ofSubscription) })
      .transform((raw) => snapshotOf(raw, raw.subscription ?? undefined, raw.subscription_details?.metadata)),
  },
  {
    since: '2025-03-31',
    schema: z
      .object({
        ...fields,
        parent: z
          .object({ subscription_details: optional(ofSubscription.extend({ subscription: reference })) })
          .nullable(),
      })
      .transform((raw) => {
        const details = raw.parent?.subscription_details;
        return snapshotOf(raw, details?.subscription, details?.metadata);
      }),
  },
];
