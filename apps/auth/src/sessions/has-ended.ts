import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { HOLD_SESSION } from './sessions.queries.js';

/**
 * Whether somebody has ended the session that asks. A token is looked at when a request comes; what it asks for may be done a while
 * later, and an end that came in between counts. From now on an end waits for the caller's transaction. Whoever locks the user, too,
 * does that first.
 */
export async function hasEnded(tx: Sql, sessionId: Uuid): Promise<boolean> {
  const { rows } = await tx.query<{ revoked_at: Date | null }>(HOLD_SESSION, [sessionId]);
  return rows[0] !== undefined && rows[0].revoked_at !== null;
}
