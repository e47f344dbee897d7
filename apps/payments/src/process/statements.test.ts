import { describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { drain } from './drain.js';
import { charge, paymentIntent } from './objects.harness.js';
import { type ToldEvent, useProcess } from './process.harness.js';

const T = 1_790_000_000;
const user = { metadata: { signalbox_user_id: 'user_1' } };

const stage = useProcess();

/** How many statements it takes to work one event off, those around its transaction included. */
async function statementsOf(event: ToldEvent, appId = newUuid()): Promise<number> {
  const [key] = await stage.receive(appId, [event]);
  const { database } = stage.parts();
  let asked = 0;
  const counting = (sql: Sql): Sql => ({
    query: (text, params) => {
      asked += 1;
      return sql.query(text, params);
    },
  });
  const counted: Database = {
    ...database,
    ...counting(database),
    async transaction(work) {
      const result = await database.transaction((tx) => work(counting(tx)));
      asked += 2;
      return result;
    },
  };
  expect(await drain({ ...stage.parts(), database: counted }, key!)).toEqual({ end: 'drained' });
  return asked;
}

/** Counted, since times differ from machine to machine: whoever makes an event cost more changes docs/performance.md, too. */
describe('what it costs to work an event off', () => {
  it('is ten statements for a payment that succeeds and that nobody had heard of', async () => {
    const object = paymentIntent('pi_new', { status: 'succeeded', amount_received: 1_099, ...user });
    expect(await statementsOf({ type: 'payment_intent.succeeded', created: T, object })).toBe(10);
  });

  it('is ten for one that is known, and eight for its charge', async () => {
    const appId = newUuid();
    await stage.tell(appId, { type: 'payment_intent.created', created: T, object: paymentIntent('pi_known', user) });
    const succeeded = paymentIntent('pi_known', { status: 'succeeded', amount_received: 1_099, ...user });
    const paid = { type: 'payment_intent.succeeded', created: T + 1, object: succeeded };
    expect(await statementsOf(paid, appId)).toBe(10);
    const object = charge('ch_known', { payment_intent: 'pi_known' });
    expect(await statementsOf({ type: 'charge.succeeded', created: T + 1, object }, appId)).toBe(8);
  });
});
