import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { firstUuidAt } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';

const QUERY = readFileSync(fileURLToPath(new URL('../prisma/invariants/accepted-work.sql', import.meta.url)), 'utf8');

/** What breaks "every accepted item is in exactly one place", at this moment; empty when nothing does. */
export async function violations(database: Database): Promise<unknown[]> {
  return (await database.query(QUERY, [firstUuidAt(0)])).rows;
}

/** How many accepted notifications have not ended yet. */
export async function openWork(database: Database): Promise<number> {
  const { rows } = await database.query<{ items: number }>(
    'SELECT coalesce(sum(jsonb_array_length(items)), 0)::int AS items FROM push_work',
  );
  return rows[0]!.items;
}

/** The work that has not ended yet, with what says why: whose turn it is, when it is offered again, and what it is held for. */
export async function openRows(database: Database): Promise<unknown[]> {
  const { rows } = await database.query(
    `SELECT id, queue, jsonb_array_length(items) AS items, offer, claims, due_at - now() AS due, lease_until - now() AS lease,
       next_offer_at - now() AS next,
       (SELECT jsonb_agg(jsonb_build_object('lane', lane, 'reason', reason, 'times', times, 'until', until - now()))
        FROM hold WHERE credential_id = push_work.credential_id) AS holds
     FROM push_work`,
  );
  return rows;
}
