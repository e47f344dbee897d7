import type { Sql } from '@signalbox/database';
import type { TurnedOn } from '@signalbox/flags';
import { WAKE_WHAT_FLAGS_HELD } from './follow-flags.queries.js';

/** Webhooks ask for flags when they are posted; what has waited for one that was turned on is due at once, and not late. */
export async function followFlags(tx: Sql, turnedOn: readonly TurnedOn[]): Promise<void> {
  if (turnedOn.length > 0) await tx.query(WAKE_WHAT_FLAGS_HELD);
}
