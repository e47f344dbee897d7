import { z } from 'zod';
import { userOfMetadata } from './fields.js';
import { unchanged } from './shapes.js';

/** Of a customer only the user is ours to know; name, address and the rest stay at Stripe. */
const customer = z
  .object({ id: z.string(), object: z.literal('customer'), metadata: userOfMetadata })
  .transform((raw) => ({ userId: raw.metadata }));
export type Customer = z.output<typeof customer>;
export const customerShapes = unchanged(customer);
