import { lookOf } from '../seen.js';
import { laterOf } from './later-of.js';
import type { At, Join, State } from './state.js';

/** Where a look stands in the life of its object before its second is compared: what cannot be undone stands last. */
type RankOf<Snapshot> = (look: Snapshot) => number;

/**
 * The join of a kind of which nothing but the latest look counts. Within one rank the later second wins, and within one second
 * the later step: Stripe counts time in whole seconds, and much can happen in one.
 */
export function latest<Snapshot extends object>(
  rankOf: RankOf<Snapshot>,
  stepOf: RankOf<Snapshot> = () => 0,
): Join<Snapshot, State<At<Snapshot>>> {
  const placeOf = (look: At<Snapshot>): number[] => [rankOf(look), look.at, stepOf(look)];
  return (known, seen) => {
    const look = lookOf(seen);
    if (look === undefined) return known;
    return { now: laterOf(known?.now, { ...look, at: seen.event.created }, placeOf) };
  };
}
