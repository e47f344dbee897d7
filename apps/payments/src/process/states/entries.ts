import type { Seen } from '../seen.js';
import type { Join, State } from './state.js';

/** Which entries of Stripe's own books were ever seen to be about an object: its balance transactions. */
export interface WithEntries {
  readonly entries: readonly string[];
}

/** What is known of an object, and all of its entries; without a past it was kept before entries were. */
export type EnteredState<Now extends object> = State<Now, WithEntries>;

/** Adds up the entries that any look at the object names: a later look may name others, an earlier one none yet. */
export function withEntries<Snapshot extends object, Now extends object>(
  join: Join<Snapshot, State<Now>>,
  entriesIn: (look: Snapshot) => readonly (string | undefined)[],
): Join<Snapshot, EnteredState<Now>> {
  return (known, seen) => {
    const joined = join(known, seen);
    if (joined === undefined) return undefined;
    const before = known?.past?.entries ?? [];
    const named = looksOf(seen)
      .flatMap(entriesIn)
      .filter((id) => id !== undefined);
    return { now: joined.now, past: { entries: [...new Set([...before, ...named])].sort() } };
  };
}

function looksOf<Snapshot extends object>({ snapshot, present }: Seen<Snapshot>): Snapshot[] {
  const looks: (Snapshot | undefined)[] = [snapshot, present === 'gone' ? undefined : present];
  return looks.filter((look) => look !== undefined);
}
