import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { type Database, openDatabase, type Sql } from '@signalbox/database';
import { eventually } from '@signalbox/testing';
import { snapshotEvent, usePayments } from '../payments.harness.js';
import { drain } from './drain.js';
import { paymentIntent } from './objects.harness.js';
import { useProcess } from './process.harness.js';

/** Partitions of the log in a database that has been running for years. */
const PARTITIONS = 200;

let way: Database;
// Hooks after the tests run in the order they were made.
afterAll(() => way.close());
const stage = useProcess();
beforeAll(async () => {
  way = openDatabase({ url: stage.postgres.url(), name: 'way', fixedPlans: true, onIdleError: () => undefined });
  // Each a day of a century that nothing falls into.
  for (let day = 0; day < PARTITIONS; day += 1) {
    const from = (day + 1).toString(16).padStart(8, '0');
    const to = (day + 2).toString(16).padStart(8, '0');
    await stage.sql(`CREATE TABLE event_log_old_${day} PARTITION OF event_log
      FOR VALUES FROM ('${from}-0000-7000-8000-000000000000') TO ('${to}-0000-7000-8000-000000000000')`);
  }
});

it('to work an event off locks one partition of the log, however many there are', async () => {
  const locked = new Set<string>();
  const watching = (tx: Sql): Sql => ({
    async query<Row>(text: string, params?: readonly unknown[]) {
      const result = await tx.query<Row>(text, params);
      const { rows } = await tx.query<{ name: string }>(
        `SELECT DISTINCT c.relname AS name FROM pg_locks l JOIN pg_inherits i ON i.inhrelid = l.relation JOIN pg_class c ON c.oid = l.relation
         WHERE l.pid = pg_backend_pid() AND i.inhparent IN ('event_log'::regclass, 'delivery'::regclass, 'idem'::regclass)`,
      );
      for (const { name } of rows) locked.add(name);
      return result;
    },
  });
  const database: Database = { ...way, transaction: (work) => way.transaction((tx) => work(watching(tx))) };
  const object = paymentIntent('pi_locks', { status: 'succeeded', amount_received: 1_099 });
  const [key] = await stage.receive(newUuid(), [{ type: 'payment_intent.succeeded', object }]);
  expect(await drain({ ...stage.parts(), database }, key!)).toEqual({ end: 'drained' });
  expect(locked.size).toBe(1);
});

const payments = usePayments();

it('an event is taken and worked off by indexes alone, in a database whose tables were empty when it was looked at last', async () => {
  const { sql } = payments;
  await sql('VACUUM ANALYZE');
  await sql('SELECT pg_stat_reset()');
  const app = await payments.makeApp();
  const source = await app.makeSource();
  const worker = await payments.start({ ...payments.configOf(), PAYMENTS_ROLES: new Set(['edge', 'work']) });
  for (const status of ['requires_action', 'succeeded']) {
    const object = paymentIntent('pi_scan', { status, amount_received: status === 'succeeded' ? 1_099 : 0 });
    const { id, body } = snapshotEvent({ type: `payment_intent.${status}`, data: { object } });
    expect((await payments.deliver(source, body, {}, worker.url)).status).toBe(200);
    const done = `SELECT FROM stripe_event e JOIN stripe_decision d ON d.event = e.id WHERE e.event_id = $1`;
    await eventually(async () => expect(await sql(done, [id])).toHaveLength(1), { within: 10_000 });
  }
  await worker.close();
  // A connection tells what it read before it is gone.
  const connected = `SELECT FROM pg_stat_activity WHERE application_name = 'signalbox-payments-way' AND datname = current_database()`;
  await eventually(async () => expect(await sql(connected)).toEqual([]), { within: 10_000 });
  // Not those that gauges and upkeep count, nor ledger_transaction, which the look at the ledger's invariant reads from its place on.
  const tables = ['stripe_object', 'stripe_effect', 'payment'];
  const read = await sql('SELECT relname, seq_scan::int AS whole FROM pg_stat_user_tables WHERE relname = ANY ($1)', [
    tables,
  ]);
  expect(read.filter(({ whole }) => whole !== 0)).toEqual([]);
  expect(read).toHaveLength(tables.length);
}, 30_000);
