import { QUEUES, type Lane, type QueueName, type Uuid } from '@signalbox/contracts';
import { WorkStore } from '@signalbox/queues';

/** The work rows of the payments service. */
export const paymentsWork = new WorkStore('payments_work');

/** Item of a Stripe queue: an object about which there is something in the inbox. Short names, since many share a row. */
export interface ObjectItem {
  /** The object's key. */
  readonly o: Uuid;
}

const STRIPE_QUEUES = {
  transactional: QUEUES.stripeTransactional,
  bulk: QUEUES.stripeBulk,
} as const satisfies Record<Lane, QueueName>;

/** Where a lane's objects wait: what Stripe delivers goes before what was fetched or is worked on again. */
export const stripeQueueOf = (lane: Lane): QueueName => STRIPE_QUEUES[lane];

/** Item of the Braintree queue: a notification, or a payment whose operation came to an end. */
export type BraintreeItem =
  | {
      /** The notification. */
      readonly e: Uuid;
    }
  | {
      /** The payment. */
      readonly p: Uuid;
      /** The operation. */
      readonly o: Uuid;
    };
