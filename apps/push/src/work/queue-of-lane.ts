import { QUEUES, type Lane, type QueueName } from '@signalbox/contracts';

const ROUTE_QUEUES = { transactional: QUEUES.routeTransactional, bulk: QUEUES.routeBulk } as const satisfies Record<
  Lane,
  QueueName
>;
const APNS_QUEUES = { transactional: QUEUES.apnsTransactional, bulk: QUEUES.apnsBulk } as const satisfies Record<
  Lane,
  QueueName
>;

/** Where accepted work of a lane waits to be routed. */
export const routeQueueOf = (lane: Lane): QueueName => ROUTE_QUEUES[lane];

/** Where a lane's work for APNs waits to be sent. */
export const apnsQueueOf = (lane: Lane): QueueName => APNS_QUEUES[lane];
