import { z } from 'zod';

/** What a phone can say of a notification: it is here; the user opened it; the user swiped it away. */
const RECEIPT_KINDS = ['received', 'opened', 'dismissed'] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];

const receipt = z.strictObject({
  deliveryId: z.string().max(64).meta({
    description: '`sbx_delivery_id` of the payload as the phone got it, or the `dlv_` id that stands for the same',
  }),
  kind: z.enum(RECEIPT_KINDS),
  at: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'when it happened, by the clock of the phone; now unless told' }),
});

/** The body of `POST /v1/receipts`. */
export const receiptsRequest = z.strictObject({
  installationId: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .meta({ description: 'the phone, where nobody is signed in on it; with a user, it is not looked at' }),
  receipts: z.array(receipt).min(1).max(100),
});
export type ReceiptsRequest = z.output<typeof receiptsRequest>;
export type ReceiptsRequestInput = z.input<typeof receiptsRequest>;

export const receiptsAnswer = z.object({
  results: z.array(
    z.object({
      index: z.int(),
      status: z
        .enum(['recorded', 'repeated', 'unknown'])
        .describe('`repeated`: was known before; `unknown`: no delivery to a phone of this caller, and never will be'),
    }),
  ),
});
export type ReceiptsAnswer = z.output<typeof receiptsAnswer>;
export type ReceiptStatus = ReceiptsAnswer['results'][number]['status'];

/** Whoever opened or dismissed it is among those who have it. */
export const receiptCounts = z.object({ delivered: z.int(), opened: z.int(), dismissed: z.int() });
export type ReceiptCounts = z.output<typeof receiptCounts>;

export const receiptsQuery = z.strictObject({ by: z.enum(['day']).default('day') });

export const notificationReceipts = z.object({
  id: z.string(),
  total: receiptCounts,
  days: z.array(receiptCounts.extend({ day: z.iso.date().describe('in UTC') })).describe('those that have any'),
});
export type NotificationReceipts = z.output<typeof notificationReceipts>;
