import { z } from 'zod';
import { paymentStatus, refundStatus } from './payment.js';

const amount = z.int().min(1).max(999_999_999_999).meta({ description: "in the currency's smallest unit" });

/** The body of `POST /v1/payments/{id}/confirm`: charges what the customer chose, without the gateway's own sheet. */
export const confirmRequest = z
  .strictObject({
    paymentMethodId: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .meta({ description: "a saved payment method, by the gateway's id" }),
    paymentMethodNonce: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .meta({ description: 'what a Braintree SDK made of what the customer entered' }),
    offSession: z
      .boolean()
      .default(false)
      .meta({ description: 'the customer is not there to prove who they are to their bank' }),
  })
  .refine(
    ({ paymentMethodId, paymentMethodNonce }) => (paymentMethodId === undefined) !== (paymentMethodNonce === undefined),
    { path: ['paymentMethodId'], error: 'give one of paymentMethodId and paymentMethodNonce' },
  );
export type ConfirmRequest = z.output<typeof confirmRequest>;
/** The same before the defaults are filled in, as a caller writes it. */
export type ConfirmRequestInput = z.input<typeof confirmRequest>;

export const captureRequest = z.strictObject({
  amount: amount.optional().meta({ description: 'absent: all that is reserved; the rest is given free' }),
});
export type CaptureRequest = z.output<typeof captureRequest>;

export const cancelRequest = z.strictObject({
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
});
export type CancelRequest = z.output<typeof cancelRequest>;

export const refundRequest = z.strictObject({
  amount: amount.optional().meta({ description: 'absent: all that was not given back yet' }),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
});
export type RefundRequest = z.output<typeof refundRequest>;

/** What was done to a payment, and how it stood then: a repetition of the request answers the same. */
export const paymentOperation = z.object({
  id: z.string().meta({ description: '`op_...`' }),
  kind: z.enum(['charge', 'capture', 'cancel', 'refund']),
  paymentId: z.string(),
  orderId: z.string(),
  payment: z
    .object({
      status: paymentStatus,
      amountReceived: z.int(),
      amountCapturable: z.int(),
      nextAction: z.string().nullable().meta({ description: 'what the customer has to do now' }),
    })
    .nullable()
    .meta({ description: 'how the payment stood then; null for a refund' }),
  refund: z
    .object({ id: z.string().meta({ description: "the gateway's id" }), status: refundStatus, amount: z.int() })
    .nullable(),
});
export type PaymentOperationView = z.output<typeof paymentOperation>;
