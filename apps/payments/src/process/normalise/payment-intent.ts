import { z } from 'zod';
import { amount, attemptError, currency, nextAction, notesOfMetadata, optional, reference } from './fields.js';
import { ALWAYS, type Shape } from './shapes.js';

const fields = {
  id: z.string(),
  status: z.enum([
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'processing',
    'requires_capture',
    'canceled',
    'succeeded',
  ]),
  amount,
  currency,
  amount_received: amount,
  amount_capturable: amount,
  customer: optional(reference),
  payment_method: optional(reference),
  next_action: nextAction,
  last_payment_error: optional(attemptError),
  cancellation_reason: optional(z.string()),
  /** Until basil. */
  invoice: optional(reference),
  /** Since basil it names the invoice, unless the business put a name of its own there. */
  payment_details: optional(z.object({ order_reference: optional(z.string()) })),
  metadata: notesOfMetadata,
};

function snapshotOf(raw: z.output<z.ZodObject<typeof fields>>, latestCharge: string | undefined) {
  return {
    status: raw.status,
    amount: raw.amount,
    currency: raw.currency,
    amountReceived: raw.amount_received,
    amountCapturable: raw.amount_capturable,
    latestCharge,
    paymentMethod: raw.payment_method,
    customer: raw.customer,
    userId: raw.metadata.userId,
    /** The payment of ours that it was made for. */
    payment: raw.metadata.payment,
    /** Where in the app the customer does what is to be done. */
    deepLink: raw.metadata.deepLink,
    nextAction: raw.next_action,
    error: raw.last_payment_error,
    cancellationReason: raw.cancellation_reason,
    invoice: raw.invoice ?? invoiceIn(raw.payment_details?.order_reference),
  };
}

/** The invoice that a reference names, if it looks like Stripe's name of one. */
function invoiceIn(orderReference: string | undefined): string | undefined {
  return orderReference !== undefined && /^in_[A-Za-z0-9]{14,}$/.test(orderReference) ? orderReference : undefined;
}
export type PaymentIntent = ReturnType<typeof snapshotOf>;

export const paymentIntentShapes: readonly Shape<PaymentIntent>[] = [
  {
    since: ALWAYS,
    schema: z
      .object({ ...fields, charges: z.object({ data: z.array(z.object({ id: z.string() })) }) })
      // Newest first.
      .transform((raw) => snapshotOf(raw, raw.charges.data[0]?.id)),
  },
  {
    since: '2022-11-15',
    schema: z.object({ ...fields, latest_charge: reference.nullable() }).transform((raw) => {
      return snapshotOf(raw, raw.latest_charge ?? undefined);
    }),
  },
];
