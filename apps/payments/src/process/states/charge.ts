import type { Charge } from '../normalise/charge.js';
import { lookOf, type Seen } from '../seen.js';
import { laterOf } from './later-of.js';
import type { At, State } from './state.js';

export type ChargeState = State<At<Charge>>;

/** A bank may take back what it had granted, never the other way round: another attempt is another charge. */
const RANK: Record<Charge['status'], number> = { pending: 1, succeeded: 2, failed: 3 };

/** What was captured is not uncaptured, what was given back is not taken again: of these the most counts. */
const placeOf = (look: At<Charge>): number[] => [RANK[look.status], Number(look.captured), look.at];

export function joinCharge(known: ChargeState | undefined, seen: Seen<Charge>): ChargeState | undefined {
  const look = lookOf(seen);
  if (look === undefined) return known;
  const givenBack = Math.max(known?.now.givenBack ?? 0, look.givenBack);
  const before = known && { ...known.now, givenBack: 0 };
  return { now: { ...laterOf(before, { ...look, givenBack: 0, at: seen.event.created }, placeOf), givenBack } };
}
