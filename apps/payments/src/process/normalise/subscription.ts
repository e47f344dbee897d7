import { z } from 'zod';
import { optional, reference, seconds, userOfMetadata } from './fields.js';
import { ALWAYS, type Shape } from './shapes.js';

const id = z.object({ id: z.string() }).transform((raw) => raw.id);
/** Before prices there were plans. */
const item = { price: optional(id), plan: optional(id) };
const fields = {
  id: z.string(),
  status: z.enum([
    'incomplete',
    'incomplete_expired',
    'trialing',
    'active',
    'past_due',
    'unpaid',
    'canceled',
    'paused',
  ]),
  customer: reference,
  cancel_at: optional(seconds),
  cancel_at_period_end: z.boolean(),
  trial_end: optional(seconds),
  latest_invoice: optional(reference),
  metadata: userOfMetadata,
};

function snapshotOf(
  raw: z.output<z.ZodObject<typeof fields>>,
  items: readonly { price: string | undefined; plan: string | undefined }[],
  periodEnd: number | undefined,
) {
  return {
    status: raw.status,
    customer: raw.customer,
    userId: raw.metadata,
    cancelAt: raw.cancel_at,
    cancelAtPeriodEnd: raw.cancel_at_period_end,
    trialEnd: raw.trial_end,
    latestInvoice: raw.latest_invoice,
    periodEnd,
    prices: items.map(({ price, plan }) => price ?? plan ?? '').filter((price) => price !== ''),
  };
}
export type Subscription = ReturnType<typeof snapshotOf>;

export const subscriptionShapes: readonly Shape<Subscription>[] = [
  {
    since: ALWAYS,
    schema: z
      .object({ ...fields, current_period_end: seconds, items: z.object({ data: z.array(z.object(item)) }) })
      .transform((raw) => snapshotOf(raw, raw.items.data, raw.current_period_end)),
  },
  {
    // Each item has a period of its own. Nothing that was paid for may be taken away, so the last one to end counts.
    since: '2025-03-31',
    schema: z
      .object({
        ...fields,
        items: z.object({ data: z.array(z.object({ ...item, current_period_end: seconds })) }),
      })
      .transform((raw) => {
        const ends = raw.items.data.map((each) => each.current_period_end);
        return snapshotOf(raw, raw.items.data, ends.length === 0 ? undefined : Math.max(...ends));
      }),
  },
];
