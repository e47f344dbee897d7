import { z } from 'zod';
import { attemptError, nextAction, optional, reference, userOfMetadata } from './fields.js';
import { unchanged } from './shapes.js';

const setupIntent = z
  .object({
    id: z.string(),
    status: z.enum([
      'requires_payment_method',
      'requires_confirmation',
      'requires_action',
      'processing',
      'canceled',
      'succeeded',
    ]),
    customer: optional(reference),
    payment_method: optional(reference),
    latest_attempt: optional(reference),
    next_action: nextAction,
    last_setup_error: optional(attemptError),
    metadata: userOfMetadata,
  })
  .transform((raw) => ({
    status: raw.status,
    customer: raw.customer,
    paymentMethod: raw.payment_method,
    latestAttempt: raw.latest_attempt,
    userId: raw.metadata,
    nextAction: raw.next_action,
    error: raw.last_setup_error,
  }));
export type SetupIntent = z.output<typeof setupIntent>;
export const setupIntentShapes = unchanged(setupIntent);
