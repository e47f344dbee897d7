import type { Uuid } from '@signalbox/contracts';

/** Stripe tells of a change by the object as it was then, or by its name alone. */
export type EventShape = 'snapshot' | 'thin';

/** An event of Stripe's that was proven to come from there: by its signature, or because we fetched it ourselves. */
export interface ReceivedEvent {
  readonly appId: Uuid;
  /** The connected account; empty: the app's own. */
  readonly account: string;
  /** Stripe's id of it, `evt_...`. */
  readonly eventId: string;
  readonly sourceId?: Uuid | undefined;
  readonly via: 'webhook' | 'reconciler';
  readonly shape: EventShape;
  readonly type: string;
  readonly apiVersion?: string | undefined;
  readonly livemode: boolean;
  /** Both absent where it is about nothing with an id. */
  readonly objectType?: string | undefined;
  readonly objectId?: string | undefined;
  /** Of a thin event: the snapshot event that tells of the same change. */
  readonly snapshotEvent?: string | undefined;
  readonly created: Date;
  /** The event as it came, byte for byte. */
  readonly body: Buffer;
}

/**
 * What became of an event:
 * - `stored`: committed now, and work on its object is owed;
 * - `repeated`: it was here before;
 * - `unknown`: the database did not say; ask again;
 * - `busy`: too many are waiting for their commit; nothing was stored.
 */
export type Receipt = 'stored' | 'repeated' | 'unknown' | 'busy';
