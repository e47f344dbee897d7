export { openQueueBackend, type QueueBackendOptions } from './open-queue-backend.js';
export type { QueueBackend, WorkerSettings } from './queue-backend.js';
export { migrateQueueBackend } from './postgres-backend.js';
export { WorkStore, firstOffer, firstOffers, type Backlog } from './work-store.js';
export {
  firstLookAfter,
  FIRST_OFFER_SECONDS,
  FRESH_MS,
  MAX_CLAIMS,
  MAX_ITEMS,
  type LeasedWork,
  type NewWork,
  type Offer,
} from './work.js';
export { Publisher } from './publisher.js';
export { OfferLoop, type OfferLoopOptions } from './offer-loop.js';
export { WorkHost, type WorkEnd, type WorkHandler, type WorkHostOptions } from './work-host.js';
export { SettlementBatcher, type WorkProgress } from './settlement-batcher.js';
export type { HandOn } from './hand-on.js';
export { WorkGauges } from './work-gauges.js';
export { jobFigures } from './job-figures.js';
export { dependencyGauges } from './dependency-gauges.js';
export type { Lease } from './lease-keeper.js';
export { GroupBoard, type GroupBoardOptions } from './group-board.js';
export type { DeadGroup, DeadGroupKey } from './dead-group.js';
export { readRedisFacts, type RedisFacts, type RedisServerFacts } from './redis-facts.js';
export { QUEUE_CONNECTIONS } from './postgres-pool.js';
