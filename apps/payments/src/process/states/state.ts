import type { Seen } from '../seen.js';

/** What we know of an object of Stripe's, as stripe_object keeps it. */
export interface State<Now extends object = object, Past extends object = object> {
  /** The latest that is known of it. */
  readonly now: Now;
  /** What late events still add to. */
  readonly past?: Past;
}

/** A look at an object, with the second of the event that showed it. */
export type At<Snapshot> = Snapshot & { readonly at: number };

/**
 * Brings together what is known and what an event shows. Commutative, associative and idempotent: whatever order events arrive
 * in, and however often, the state is the same in the end. Undefined: nothing is known yet.
 */
export type Join<Snapshot, Known extends State> = (known: Known | undefined, seen: Seen<Snapshot>) => Known | undefined;
