import { isPseudonym } from '@signalbox/personal-data';
import type { Join, State } from './state.js';

/** The pseudonym in an object whose user was erased. */
export function erasedUserOf(known: Partial<State> | undefined): string | undefined {
  const { userId } = (known?.now ?? {}) as { readonly userId?: unknown };
  return typeof userId === 'string' && isPseudonym(userId) ? userId : undefined;
}

/**
 * Stripe goes on naming the user in an object's metadata, and tells of old payments for months: who was erased from an object
 * stays erased from it. A user who comes back has new objects.
 */
export function keepingErased<Snapshot, Known extends State>(join: Join<Snapshot, Known>): Join<Snapshot, Known> {
  return (known, seen) => {
    const after = join(known, seen);
    const erased = erasedUserOf(known);
    if (after === undefined || erased === undefined) return after;
    return { ...after, now: { ...after.now, userId: erased } };
  };
}
