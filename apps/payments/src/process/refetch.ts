import { formatId, type Uuid, objectKey } from '@signalbox/contracts';
import { Flight } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import type { Receiver } from '../receive/receiver.js';
import { drain, type DrainDependencies } from './drain.js';
import type { StripeRef } from './stripe-reader.js';

export interface RefetchParts extends DrainDependencies {
  readonly receiver: Receiver;
  readonly logger: Logger;
}

/** Milliseconds that a caller waits for it; it then happens without them. */
const PATIENCE_MS = 3_000;

/** A thin event of Stripe's that says no more than that such an object is to be looked at. */
const LOOK = { subscription: 'v1.customer.subscription.updated' } as const;

type Looked = StripeRef & { readonly objectType: keyof typeof LOOK };

/**
 * Has an object looked at again that a call of ours has changed: as if Stripe had told of it, so that what we know of it has
 * one owner and one way. Stripe's own event of the change comes later, and changes nothing.
 */
export class Refetch {
  constructor(private readonly parts: RefetchParts) {}

  /** Resolves when it was looked at, or will be. Never rejects: Stripe's own event does the same. */
  after(operation: Uuid, object: Looked): Promise<void> {
    const patience = new Flight<undefined>({ deadlineMs: PATIENCE_MS, giveUp: () => undefined });
    void this.look(formatId('operation', operation), object).finally(() => patience.land(undefined));
    return patience.landed;
  }

  private async look(eventId: string, { objectType, ...ref }: Looked): Promise<void> {
    const { appId, account, livemode, objectId } = ref;
    const type = LOOK[objectType];
    const related = { id: objectId, type: objectType };
    const body = Buffer.from(JSON.stringify({ id: eventId, object: 'v2.core.event', type, related_object: related }));
    const event = { shape: 'thin', via: 'call', eventId, type, created: new Date() } as const;
    const { receiver, logger } = this.parts;
    try {
      await receiver.receive({ ...event, appId, account, livemode, objectType, objectId, body });
      await drain(this.parts, objectKey(appId, account, objectId));
    } catch (error) {
      logger.debug(
        { err: error, objectId },
        'what a call changed could not be looked at; its event will have it looked at',
      );
    }
  }
}
