import { z } from 'zod';
import { amount, currency, optional, reference } from './fields.js';
import { unchanged } from './shapes.js';

const invoicePayment = z
  .object({
    id: z.string(),
    status: z.string(),
    currency,
    amount_paid: optional(amount),
    invoice: reference,
    payment: z.object({ type: z.string(), payment_intent: optional(reference) }),
  })
  .transform((raw) => ({
    status: raw.status,
    currency: raw.currency,
    amountPaid: raw.amount_paid,
    invoice: raw.invoice,
    paymentIntent: raw.payment.payment_intent,
  }));
export type InvoicePayment = z.output<typeof invoicePayment>;
export const invoicePaymentShapes = unchanged(invoicePayment);
