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
  broadcastBulk: 'push.broadcast.bulk',
  apnsTransactional: 'push.apns.transactional',
  apnsBulk: 'push.apns.bulk',
  fcmTransactional: 'push.fcm.transactional',
  fcmBulk: 'push.fcm.bulk',
  webPushTransactional: 'push.webpush.transactional',
  webPushBulk: 'push.webpush.bulk',
  webhooksTransactional: 'events.webhooks.transactional',
  webhooksBulk: 'events.webhooks.bulk',
  recoverBulk: 'events.recover.bulk',
  stripeTransactional: 'payments.stripe.transactional',
  stripeBulk: 'payments.stripe.bulk',
  braintreeTransactional: 'payments.braintree.transactional',
  ledgerBulk: 'payments.ledger.bulk',
  mailTransactional: 'auth.mail.transactional',
} as const;

export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];
export const QUEUE_NAMES: readonly QueueName[] = Object.values(QUEUES);

/**
 * The queues of one service, by which its name begins. Only their owner offers work on them and begins their epochs:
 * whoever saw first that another's queue is empty would hide the loss from the one who has the work.
 */
export function queuesOf(service: 'push' | 'events' | 'payments' | 'auth'): readonly QueueName[] {
  return QUEUE_NAMES.filter((queue) => queue.startsWith(`${service}.`));
}

/** The queues whose workers speak to a provider: what they give up on becomes a dead letter. */
export const PROVIDER_QUEUES = {
  apnsTransactional: QUEUES.apnsTransactional,
  apnsBulk: QUEUES.apnsBulk,
  fcmTransactional: QUEUES.fcmTransactional,
  fcmBulk: QUEUES.fcmBulk,
  webPushTransactional: QUEUES.webPushTransactional,
  webPushBulk: QUEUES.webPushBulk,
} as const satisfies Partial<typeof QUEUES>;

export type ProviderQueueName = (typeof PROVIDER_QUEUES)[keyof typeof PROVIDER_QUEUES];
export const PROVIDER_QUEUE_NAMES: readonly ProviderQueueName[] = Object.values(PROVIDER_QUEUES);

export type DeadQueueName = `${ProviderQueueName}.dead`;

/** The board queue that shows the dead letters of a provider's queue. No work is ever offered on it. */
export function deadQueueOf(queue: ProviderQueueName): DeadQueueName {
  return `${queue}.dead`;
}

export const DEAD_QUEUE_NAMES: readonly DeadQueueName[] = PROVIDER_QUEUE_NAMES.map(deadQueueOf);

/** A job of a dead queue: all open dead letters of one app and credential that died for one reason. */
export const deadJob = z.object({
  v: z.literal(1),
  app: z.string(),
  credential: z.string().optional(),
  provider: z.string(),
  lane: z.string(),
  reason: z.string(),
  count: z.number().int(),
  oldest: z.iso.datetime(),
  /** The provider's answer to one of them, as text and cut. */
  answer: z.string().optional(),
});
export type DeadJob = z.output<typeof deadJob>;
