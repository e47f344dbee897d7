import { formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { HELD_BY_FLAG } from '../holds/hold.queries.js';
import { type LiftedRow, wakeAndTell } from '../holds/holds.js';
import { LIFT_FLAG_HOLDS, PLACE_FLAG_HOLDS } from './flag-hold.queries.js';

interface PlacedRow {
  readonly credentialId: Uuid;
  readonly appId: Uuid;
  readonly until: Date;
  readonly isNew: boolean;
}

/**
 * Makes holds of what the flags of all processes say: everything that knows holds knows a flag then. One that is said again is lengthened and is no
 * event.
 */
export async function followFlags(tx: Sql): Promise<void> {
  const placed = (await tx.query<PlacedRow>(PLACE_FLAG_HOLDS, [HELD_BY_FLAG])).rows.filter(({ isNew }) => isNew);
  const facts = placed.map(({ credentialId, appId, until }) => {
    const id = formatId('credential', credentialId);
    const data = { credentialId: id, reason: HELD_BY_FLAG, until: until.toISOString(), scope: 'credential' };
    return { appId, type: 'hold.placed' as const, subject: id, data };
  });
  if (facts.length > 0) await append(tx, facts);
  const lifted = (await tx.query<LiftedRow & { credentialId: Uuid }>(LIFT_FLAG_HOLDS)).rows;
  for (const row of lifted) await wakeAndTell(tx, row.credentialId, [row], 'flag_turned_on');
}
