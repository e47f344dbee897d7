import type { Uuid } from '@signalbox/contracts';
import { WorkStore } from '@signalbox/queues';

/** The work rows of the push service. */
export const pushWork = new WorkStore('push_work');

/** Item of a route queue: an accepted notification. Short names, since hundreds of them share a row. */
export interface RouteItem {
  /** Notification. */
  readonly n: Uuid;
}

/** Item of a provider queue: one notification for one device. */
export interface SendItem {
  /** Delivery: the same on every attempt. */
  readonly d: Uuid;
  /** Notification. */
  readonly n: Uuid;
  /** Device. */
  readonly v: Uuid;
  /** Attempt, from 1. */
  readonly a: number;
  /** The dead letter that this is the replay of. */
  readonly r?: Uuid;
  /** When it expires, in milliseconds since 1970, if that is not when the notification does: a replay lives anew. */
  readonly e?: number;
  /** It tries whether a suspect device is alive after all. */
  readonly p?: true;
}
