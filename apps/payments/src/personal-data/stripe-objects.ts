import { firstUuidAt, type Uuid } from '@signalbox/contracts';
import { type Holding, rowsHolding } from '@signalbox/personal-data';
import { FORGET_OBJECTS, FORGET_SUBSCRIBING } from './personal-data.queries.js';

const AT_ONCE = 5_000;

/**
 * How objects of Stripe's stand, which says who the user is, and the bodies of the events that told of them, which say much more. An event
 * stays recognisable as one that came; what waits to be worked on keeps its body until the days that bodies are kept are over.
 */
export const stripeObjects: Holding = {
  name: 'objects of Stripe’s',
  async erase(tx, { appId, userId, pseudonym, knownAs }, at) {
    const { rows } = await tx.query<{ lookedAt: number; end: Uuid | null; unlinked: number; emptied: number }>(
      FORGET_OBJECTS,
      [appId, userId, at ?? firstUuidAt(0), AT_ONCE, pseudonym, knownAs],
    );
    const { lookedAt, end, unlinked, emptied } = rows[0]!;
    return {
      counts: { 'objects unlinked': unlinked, 'bodies of Stripe’s events': emptied },
      next: lookedAt === AT_ONCE ? (end ?? undefined) : undefined,
    };
  },
};

/** What is under way is left to end; it is forgotten with its thirty days. */
export const subscribing: Holding = rowsHolding({
  name: 'requests for subscriptions',
  erase: FORGET_SUBSCRIBING,
  by: ({ userId }) => `user:${userId}`,
});
