import { formatId, type Lane, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { PLACE_HOLD } from './hold.queries.js';
import { HELD_FOR } from './load.queries.js';

/** Milliseconds for which a credential must not be used, and why; undefined when it is free. */
export async function heldFor(
  sql: Sql,
  credential: Uuid,
  lane: Lane,
): Promise<{ ms: number; reason: string } | undefined> {
  const { rows } = await sql.query<{ heldFor: number | null; reason: string | null }>(HELD_FOR, [credential, lane]);
  const row = rows[0];
  return row?.heldFor == null ? undefined : { ms: row.heldFor, reason: row.reason ?? 'held' };
}

/** Pauses a credential in every process; a shorter hold never shortens a longer one. Its work waits, burning nothing. */
export async function placeHold(
  database: Database,
  appId: Uuid,
  credential: Uuid,
  ms: number,
  reason: string,
): Promise<void> {
  await database.transaction(async (tx) => {
    const { rows } = await tx.query<{ until: Date }>(PLACE_HOLD, [credential, ms, reason]);
    const until = rows[0]?.until;
    if (until === undefined) return;
    const credentialId = formatId('credential', credential);
    await append(tx, [
      { appId, type: 'hold.placed', subject: credentialId, data: { credentialId, reason, until: until.toISOString() } },
    ]);
  });
}
