import type { Charge } from '../normalise/charge.js';
import { lookOf, type Seen } from '../seen.js';
import { withEntries, type EnteredState } from './entries.js';
import { laterOf } from './later-of.js';
import type { At, State } from './state.js';

export type ChargeState = EnteredState<At<Charge>>;

/** A bank may take back what it had granted, never the other way round: another attempt is another charge. */
const RANK: Record<Charge['status'], number> = { pending: 1, succeeded: 2, failed: 3 };

/** What was captured is not uncaptured, what was given back is not taken again: of these the most counts. */
const placeOf = (look: At<Charge>): number[] => [RANK[look.status], Number(look.captured), look.at];

export const joinCharge = withEntries(joinLooks, (look) => [look.balanceTransaction, look.failureBalanceTransaction]);

function joinLooks(known: State<At<Charge>> | undefined, seen: Seen<Charge>): State<At<Charge>> | undefined {
  const look = lookOf(seen);
  if (look === undefined) return known;
  const givenBack = Math.max(known?.now.givenBack ?? 0, look.givenBack);
  const before = known && { ...known.now, givenBack: 0 };
  return { now: { ...laterOf(before, { ...look, givenBack: 0, at: seen.event.created }, placeOf), givenBack } };
}
