import { z } from 'zod';
import { receiptCounts } from './receipt.js';

/**
 * `accepted`: not routed yet; `scheduled`: its time has not come; `delayed`: the app's policy puts it off for everybody whom it
 * may still reach; `sending`: something is still owed to a device; then one of the ends: `sent` when at least one provider took
 * it, whatever phones said since, `failed` when none did, `refused` when the policy let none be asked, `undeliverable` when there was no device, `cancelled`.
 */
const notificationStatus = z.enum([
  'accepted',
  'scheduled',
  'delayed',
  'sending',
  'sent',
  'failed',
  'refused',
  'undeliverable',
  'cancelled',
]);
export type NotificationStatus = z.output<typeof notificationStatus>;

export const notificationView = z.object({
  id: z.string(),
  status: notificationStatus,
  createdAt: z.string(),
  expiresAt: z.string(),
  sendAt: z.union([z.string(), z.object({ local: z.string() })]).optional(),
  priority: z.string(),
  category: z.string().optional(),
  to: z.record(z.string(), z.unknown()),
  deliveries: z.record(z.string(), z.int()).describe('How many deliveries are in each state'),
  receipts: receiptCounts.describe('How many phones said that they have it, that it was opened, that it was dismissed'),
});
export type NotificationView = z.output<typeof notificationView>;

export const deliveryView = z.object({
  id: z.string(),
  deviceId: z.string(),
  provider: z.string(),
  state: z.string(),
  attempt: z.int(),
  reason: z.string().optional(),
  answer: z.unknown().optional().describe("The provider's answer as it came"),
  at: z.string().optional(),
  replayOf: z.string().optional().describe('The dead delivery that this one repeats'),
  nextAttemptAt: z.string().optional(),
  receivedAt: z.string().optional().describe('When its phone had it, as the phone says; openedAt and dismissedAt too'),
  openedAt: z.string().optional(),
  dismissedAt: z.string().optional(),
});
export type DeliveryView = z.output<typeof deliveryView>;
export const deliveriesAnswer = z.object({ deliveries: z.array(deliveryView) });
export type DeliveriesAnswer = z.output<typeof deliveriesAnswer>;

export const explanation = z.object({
  id: z.string(),
  status: notificationStatus,
  because: z.string().describe('One sentence that answers "why?"'),
  asked: z.record(z.string(), z.unknown()),
  timeline: z.array(z.object({ at: z.string(), what: z.string(), data: z.record(z.string(), z.unknown()) })),
  next: z.array(z.string()).describe('What is still going to happen, and when'),
  traceId: z.string().optional().describe('The trace of the request that asked for it, where traces are made'),
});
export type Explanation = z.output<typeof explanation>;
