import { z } from 'zod';

/**
 * The catalog of queues. A job carries only the id of a work row and what an operator wants to see in Bull Board
 * (app, lane, count); it never carries content. Parsed again at the consumer.
 */
export const workJob = z.object({
  v: z.literal(1),
  work: z.uuid(),
  app: z.string().optional(),
  lane: z.string(),
  count: z.number().int(),
});
export type WorkJob = z.output<typeof workJob>;

export const QUEUES = {
  routeTransactional: 'push.route.transactional',
  routeBulk: 'push.route.bulk',
  apnsTransactional: 'push.apns.transactional',
  apnsBulk: 'push.apns.bulk',
  fcmTransactional: 'push.fcm.transactional',
  fcmBulk: 'push.fcm.bulk',
} as const;

export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];
export const QUEUE_NAMES: readonly QueueName[] = Object.values(QUEUES);
