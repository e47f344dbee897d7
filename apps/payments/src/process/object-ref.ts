import type { Uuid } from '@signalbox/contracts';
import type { InboxRow } from './observe.js';

/** The object whose inbox is worked on. */
export interface ObjectRef {
  readonly key: Uuid;
  readonly appId: Uuid;
  /** The connected account; empty: the app's own. */
  readonly account: string;
  readonly livemode: boolean;
  /** Stripe's id; of an event that is about nothing with an id, the event's own. */
  readonly objectId: string;
}

export function objectOf(key: Uuid, row: InboxRow): ObjectRef {
  const { appId, account, livemode, objectId, stripeId } = row;
  return { key, appId, account, livemode, objectId: objectId ?? stripeId };
}
