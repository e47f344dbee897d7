import type { Uuid } from '@signalbox/contracts';
import { WorkStore } from '@signalbox/queues';

/** The work rows of the push service. */
export const pushWork = new WorkStore('push_work');

/** Item of a route queue: an accepted notification, or a part of one. Short names, since hundreds of them share a row. */
export interface RouteItem {
  /** Notification. */
  readonly n: Uuid;
  /** Only this user of it: the others have been routed. */
  readonly u?: string;
  /** Only this device of it. */
  readonly v?: Uuid;
  /** The attempt that the next send will be; 1 unless told. */
  readonly a?: number;
  /** The device is suspect, and this tries whether it is alive after all. */
  readonly p?: true;
  /** The edit that replaced its content. */
  readonly c?: Uuid;
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
  /** Of a broadcast: whose device it was when it was handed out, if anybody's. It is for nobody else. */
  readonly u?: string;
  /** The dead letter that this is the replay of. */
  readonly r?: Uuid;
  /** When it expires, in milliseconds since 1970, if that is not when the notification does: a replay lives anew, and what is for a time on the user's own clock from then on. */
  readonly e?: number;
  /** It tries whether a suspect device is alive after all. */
  readonly p?: true;
  /** The language that a template is rendered in, as far as anybody said. */
  readonly l?: string;
  /** Shown without sound and without waking the screen: somebody is asleep. */
  readonly q?: true;
  /** The channel for it on Android, where the app has one. */
  readonly h?: string;
  /** From then on it may not be sent before the policy was asked again: milliseconds since 1970. */
  readonly w?: number;
  /** The edit that replaced its content. */
  readonly c?: Uuid;
}
