import { QUEUES, type Lane, type QueueName, type Uuid } from '@signalbox/contracts';
import { WorkStore } from '@signalbox/queues';

/** The work rows of the events service. */
export const eventsWork = new WorkStore('events_work');

/** Item of a webhook queue: one attempt at a delivery. Short names, since many of them share a row. */
export interface PostItem {
  /** Delivery. */
  readonly d: Uuid;
  /** Attempt, from 1 over all resends. */
  readonly a: number;
}

/** Item of the recover queue: what is left of one recovery. */
export interface RecoverItem {
  readonly endpoint: Uuid;
  /** Events behind this id and up to that one. */
  readonly after: Uuid;
  readonly until: Uuid;
  readonly perSecond: number;
}

const WEBHOOK_QUEUES = {
  transactional: QUEUES.webhooksTransactional,
  bulk: QUEUES.webhooksBulk,
} as const satisfies Record<Lane, QueueName>;

/** Where a lane's deliveries wait: new events and what a person asked for go before retries and recoveries. */
export const webhookQueueOf = (lane: Lane): QueueName => WEBHOOK_QUEUES[lane];
