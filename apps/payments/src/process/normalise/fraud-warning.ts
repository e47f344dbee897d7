import { z } from 'zod';
import { optional, reference } from './fields.js';
import { unchanged } from './shapes.js';

const fraudWarning = z
  .object({
    id: z.string(),
    charge: reference,
    payment_intent: optional(reference),
    fraud_type: z.string(),
    actionable: z.boolean(),
  })
  .transform((raw) => ({
    charge: raw.charge,
    paymentIntent: raw.payment_intent,
    fraudType: raw.fraud_type,
    actionable: raw.actionable,
  }));
export type FraudWarning = z.output<typeof fraudWarning>;
export const fraudWarningShapes = unchanged(fraudWarning);
