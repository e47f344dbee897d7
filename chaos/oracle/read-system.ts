import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstUuidAt, formatId, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Outcomes } from './account.ts';
import { OPEN_ITEMS, OUTCOMES } from './outcomes.queries.ts';

const INVARIANTS = ['accepted-work.sql', 'ledger.sql', 'webhook-deliveries.sql'].map((file) =>
  join(import.meta.dirname, '../../prisma/invariants', file),
);

/** What Signalbox recorded, by the ids that it gave its callers. */
export async function readOutcomes(database: Database): Promise<Outcomes> {
  const { rows } = await database.query<{ id: Uuid; state: string }>(OUTCOMES);
  const outcomes = new Map<string, Set<string>>();
  for (const { id, state } of rows) {
    const name = formatId('notification', id);
    const known = outcomes.get(name);
    if (known) known.add(state);
    else outcomes.set(name, new Set([state]));
  }
  return outcomes;
}

/** What breaks one of prisma/invariants; empty when nothing does. */
export async function brokenInvariants(database: Database): Promise<unknown[]> {
  const broken: unknown[] = [];
  for (const file of INVARIANTS) {
    const { rows } = await database.query(await readFile(file, 'utf8'), [firstUuidAt(0)]);
    broken.push(...rows);
  }
  return broken;
}

/** Items that are still owed. */
export async function openItems(database: Database): Promise<number> {
  return (await database.query<{ items: number }>(OPEN_ITEMS)).rows[0]!.items;
}
