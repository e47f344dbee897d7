import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { deathOf } from './facts.js';
import type { DeadEvent } from './observe.js';
import { BURY } from './process.queries.js';

/** Gives up everything that is open about an object, since working on it kills its workers: a person has to look. */
export async function bury(tx: Sql, key: Uuid): Promise<number> {
  const reason = 'kills_workers';
  const { rows } = await tx.query<DeadEvent>(BURY, [key, reason]);
  await append(
    tx,
    rows.map((row) => deathOf({ row, reason })),
  );
  return rows.length;
}
