import type { Uuid } from '@signalbox/contracts';
import type { EventShape } from '../receive/received-event.js';
import type { Charge } from './normalise/charge.js';

/** An event of Stripe's, without what it is about. */
export interface EventHead {
  /** Ours. */
  readonly id: Uuid;
  /** Stripe's, `evt_...`. */
  readonly stripeId: string;
  /** As in Stripe's documentation of snapshots: without the `v1.` of thin events. */
  readonly type: string;
  readonly shape: EventShape;
  /** Seconds since 1970. */
  readonly created: number;
}

/** What one event lets us see of its object. */
export interface Seen<Snapshot> {
  readonly event: EventHead;
  /** The object as it was when the event happened; a thin event brings none. */
  readonly snapshot?: Snapshot | undefined;
  /** The object as it is now, where Stripe was asked. */
  readonly present?: Snapshot | 'gone' | undefined;
  /** Whose the object was before this event. */
  readonly formerCustomer?: string | undefined;
  /** The charge that a fraud warning is about, which alone knows the amount. */
  readonly charge?: Charge | undefined;
}

/** What an event tells of the object's own moment: its snapshot, or what Stripe says now. */
export function lookOf<Snapshot>(seen: Seen<Snapshot>): Snapshot | undefined {
  if (seen.snapshot !== undefined) return seen.snapshot;
  return seen.present === 'gone' ? undefined : seen.present;
}

/** What Stripe says now, else what the event brought: for kinds whose snapshots cannot be put in order. */
export function presentOf<Snapshot>(seen: Seen<Snapshot>): Snapshot | undefined {
  return seen.present === undefined || seen.present === 'gone' ? seen.snapshot : seen.present;
}
