import { z } from 'zod';
import { optional, reference, userOfMetadata } from './fields.js';
import { unchanged } from './shapes.js';

const paymentMethod = z
  .object({
    id: z.string(),
    type: z.string(),
    customer: optional(reference),
    card: optional(
      z.object({
        brand: optional(z.string()),
        last4: optional(z.string()),
        exp_month: optional(z.int()),
        exp_year: optional(z.int()),
      }),
    ),
    metadata: userOfMetadata,
  })
  .transform((raw) => ({
    kind: raw.type,
    customer: raw.customer,
    userId: raw.metadata,
    brand: raw.card?.brand,
    last4: raw.card?.last4,
    expMonth: raw.card?.exp_month,
    expYear: raw.card?.exp_year,
  }));
export type PaymentMethod = z.output<typeof paymentMethod>;
export const paymentMethodShapes = unchanged(paymentMethod);
