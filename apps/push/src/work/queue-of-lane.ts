import { QUEUES, type Lane, type QueueName } from '@signalbox/contracts';
import type { Provider } from '@signalbox/credentials';

const ROUTE_QUEUES = { transactional: QUEUES.routeTransactional, bulk: QUEUES.routeBulk } as const satisfies Record<
  Lane,
  QueueName
>;
const PROVIDER_QUEUES = {
  apns: { transactional: QUEUES.apnsTransactional, bulk: QUEUES.apnsBulk },
  fcm: { transactional: QUEUES.fcmTransactional, bulk: QUEUES.fcmBulk },
  webpush: { transactional: QUEUES.webPushTransactional, bulk: QUEUES.webPushBulk },
} as const satisfies Record<Provider, Record<Lane, QueueName>>;

/** Where accepted work of a lane waits to be routed. */
export const routeQueueOf = (lane: Lane): QueueName => ROUTE_QUEUES[lane];

/** Where a lane's work for any provider waits to be sent. */
export const providerQueuesOf = (lane: Lane): QueueName[] => Object.values(PROVIDER_QUEUES).map((of) => of[lane]);

/** Where a lane's work for a provider waits to be sent. */
export const providerQueueOf = (provider: Provider, lane: Lane): QueueName => PROVIDER_QUEUES[provider][lane];
