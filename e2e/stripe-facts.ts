import type { Database } from '@signalbox/database';

/** How often facts of a type were told, and about how many subjects. */
export interface Told {
  readonly type: string;
  readonly facts: number;
  readonly subjects: number;
}

/** What was told of payments and disputes, by type. */
export async function toldOfMoney(database: Database): Promise<Told[]> {
  const { rows } = await database.query<Told>(
    `SELECT type, count(*)::int AS facts, count(DISTINCT subject)::int AS subjects FROM event_log
     WHERE type LIKE 'payment.%' OR type LIKE 'dispute.%' GROUP BY type ORDER BY type`,
  );
  return rows;
}

/** How many of Stripe's events nobody has decided and nobody is to look at: these would be lost. */
export async function forgottenEvents(database: Database): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM stripe_event e
     WHERE NOT EXISTS (SELECT FROM stripe_decision d WHERE d.event = e.id) AND NOT EXISTS (
       SELECT FROM stripe_inbox i JOIN payments_work w ON w.items @> jsonb_build_array(jsonb_build_object('o', i.object_key))
       WHERE i.event = e.id)`,
  );
  return rows[0]!.count;
}

/** Stripe's ids of the events that are stored. */
export async function storedEvents(database: Database): Promise<string[]> {
  return (await database.query<{ id: string }>('SELECT event_id AS id FROM stripe_event')).rows.map(({ id }) => id);
}

/** Events that wait to be worked on, and work rows. */
export async function openStripeWork(database: Database): Promise<number> {
  const { rows } = await database.query<{ open: number }>(
    'SELECT ((SELECT count(*) FROM stripe_inbox) + (SELECT count(*) FROM payments_work))::int AS open',
  );
  return rows[0]!.open;
}
