import type { Uuid } from '@signalbox/contracts';

/** Stripe tells of a change by the object as it was then, or by its name alone. */
export type EventShape = 'snapshot' | 'thin';

/** What an event of Stripe's says of itself, in either shape. */
export interface EventFacts {
  readonly shape: EventShape;
  /** Stripe's id of it, `evt_...`. */
  readonly eventId: string;
  readonly type: string;
  /** The connected account; empty: the account that the destination belongs to. */
  readonly account: string;
  readonly apiVersion?: string | undefined;
  readonly livemode: boolean;
  /** Both absent where it is about nothing with an id. */
  readonly objectType?: string | undefined;
  readonly objectId?: string | undefined;
  /** Of a thin event: the snapshot event that tells of the same change. */
  readonly snapshotEvent?: string | undefined;
  readonly created: Date;
}

/** An event of Stripe's that was proven to come from there: by its signature, or because we fetched it ourselves. */
export interface ReceivedEvent extends EventFacts {
  readonly appId: Uuid;
  readonly sourceId?: Uuid | undefined;
  /** `call`: it is none of Stripe's; a call of ours changed the object, which is therefore looked at again. */
  readonly via: 'webhook' | 'reconciler' | 'call';
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
