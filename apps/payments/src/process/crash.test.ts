import { describe, expect, it } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import { DatabaseUnreachable, type Database, type Sql } from '@signalbox/database';
import { drain } from './drain.js';
import { useProcess, type ToldEvent } from './process.harness.js';
import { disputed, dunning, inParts, paidOut, payment, refunded, type Story } from './stories.harness.js';

/** A database that goes away at the n-th thing that is asked of it; a commit counts twice, before it and after it. */
function goingAwayAt(database: Database, step: number): { database: Database; survived: () => boolean } {
  let steps = 0;
  const reach = (): void => {
    steps += 1;
    if (steps === step) throw new DatabaseUnreachable(new Error('killed here'));
  };
  const breaking = (sql: Sql): Sql => ({
    query: async (text, params) => {
      reach();
      return sql.query(text, params);
    },
  });
  return {
    survived: () => steps < step,
    database: {
      ...breaking(database),
      transaction: async (work) => {
        const result = await database.transaction(async (tx) => {
          const done = await work(breaking(tx));
          reach();
          return done;
        });
        reach();
        return result;
      },
      close: () => database.close(),
    },
  };
}

describe('work that dies at any of its steps', () => {
  const stage = useProcess();

  it.each([payment, refunded, disputed, dunning, inParts, paidOut])(
    'leaves $name to be done again, and nothing is done twice',
    async (story) => {
      const unharmed = await tell(story, Number.MAX_SAFE_INTEGER);
      for (let step = 1; ; step += 1) {
        const told = await tell(story, step);
        expect({ step, facts: told.facts }).toEqual({ step, facts: unharmed.facts });
        expect({ step, ledger: told.ledger }).toEqual({ step, ledger: unharmed.ledger });
        expect(told.open).toBe(0);
        if (told.survived) break;
      }
    },
    60_000,
  );

  /** Tells a story; work on each of its events dies once, at the given step, and is done again. */
  async function tell(story: Story, step: number) {
    const appId = newUuid();
    for (const object of story.besides('x')) stage.stripe.objects.set(object.id, object);
    let survived = true;
    for (const event of story.events('x')) {
      stage.stripe.objects.set(event.object.id!, event.object);
      survived = (await tellOne(appId, event, step)) && survived;
    }
    const [rows] = await stage.sql<{ open: number }>(
      'SELECT count(*)::int AS open FROM stripe_inbox i JOIN stripe_event e ON e.id = i.event WHERE e.app_id = $1',
      [appId],
    );
    const facts = (await stage.facts(appId)).map(({ type, seq, data: { paymentId: _, ...data } }) => ({
      type,
      seq,
      data,
    }));
    const ledger = await stage.sql(
      `SELECT t.kind, t.subject, l.ledger_account, l.amount FROM ledger_transaction t JOIN ledger_line l ON l.transaction_id = t.id
       WHERE t.app_id = $1 ORDER BY t.id, l.position`,
      [appId],
    );
    return { facts, ledger, open: rows!.open, survived };
  }

  async function tellOne(appId: Uuid, event: ToldEvent, step: number): Promise<boolean> {
    const [key] = await stage.receive(appId, [event]);
    const { database, survived } = goingAwayAt(stage.postgres.database(), step);
    await drain({ ...stage.parts(), database }, key!).catch((error: unknown) => {
      if (!(error instanceof DatabaseUnreachable)) throw error;
    });
    expect(await stage.drain(key!)).toEqual({ end: 'drained' });
    return survived();
  }
});
