import { randomBytes } from 'node:crypto';
import { describe, it, expect, afterEach, beforeEach } from '@jest/globals';
import { newUuid, uuidFromTimeAndTail, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { eventually, usePostgres } from '@signalbox/testing';
import { append } from './append.js';
import { registerConsumer, runConsumer, type ConsumerOptions } from './consumer.js';
import { ANY_BEHIND } from './feed.queries.js';
import type { LoggedEvent } from './logged-event.js';

const postgres = usePostgres();

beforeEach(async () => {
  const database = postgres.database();
  await database.query('TRUNCATE event_log, consumer');
  await database.query('CREATE TABLE IF NOT EXISTS effect (event_id uuid NOT NULL)');
  await database.query('TRUNCATE effect');
});

async function facts(count: number): Promise<Uuid[]> {
  const appId = newUuid();
  return append(
    postgres.database(),
    Array.from({ length: count }, () => ({ appId, type: 'app.created' as const, subject: 'app_x', data: {} })),
  );
}

/** The effect of the consumers under test: one row per event, written in the consumer's own transaction. */
async function remember(tx: Sql, events: readonly LoggedEvent[]): Promise<void> {
  await tx.query('INSERT INTO effect SELECT * FROM unnest($1::uuid[])', [events.map((event) => event.id)]);
}

async function effects(): Promise<Uuid[]> {
  const { rows } = await postgres.database().query<{ event_id: Uuid }>('SELECT event_id FROM effect ORDER BY event_id');
  return rows.map((row) => row.event_id);
}

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
});

function start(changes: Partial<ConsumerOptions> = {}): { errors: unknown[]; stop: () => Promise<void> } {
  const stopping = new AbortController();
  const errors: unknown[] = [];
  const ended = runConsumer({
    database: postgres.database(),
    name: 'remember',
    startFrom: 'beginning',
    pollMs: 5,
    signal: stopping.signal,
    handle: remember,
    onError: (error) => errors.push(error),
    ...changes,
  });
  const stop = (): Promise<void> => {
    stopping.abort();
    return ended;
  };
  running.push(stop);
  return { errors, stop };
}

describe('runConsumer', () => {
  it('handles what was there and what comes, once, in several processes under one name', async () => {
    const before = await facts(1_200);
    const consumers = [start(), start(), start()];
    const after = await facts(10);
    await eventually(async () => expect((await effects()).length).toBeGreaterThanOrEqual(1_210));
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    expect(await effects()).toEqual([...before, ...after].sort());
    expect(consumers.flatMap((consumer) => consumer.errors)).toEqual([]);
  });

  it('leaves the past alone when it starts from now', async () => {
    await facts(3);
    // Transactions of other test files hold the horizon back too, and "now" is the horizon.
    await eventually(async () => {
      const { rowCount } = await postgres
        .database()
        .query('SELECT FROM event_log WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())');
      expect(rowCount).toBe(0);
    });
    start({ startFrom: 'now' });
    await eventually(async () => expect((await postgres.database().query('SELECT FROM consumer')).rowCount).toBe(1));
    const coming = await facts(2);
    await eventually(async () => expect(await effects()).toEqual([...coming].sort()));
  });

  it('rolls the effect back with the cursor when a batch fails, and tries again', async () => {
    const ids = await facts(3);
    let failures = 2;
    const consumer = start({
      handle: async (tx, events) => {
        await remember(tx, events);
        if (failures-- > 0) throw new Error('out of order');
      },
    });
    await eventually(async () => expect(await effects()).toEqual([...ids].sort()));
    await consumer.stop();
    expect(consumer.errors).toHaveLength(2);
  });

  it('does what a batch asked for once it is committed, and never for one that was rolled back', async () => {
    const ids = await facts(3);
    const seen: number[] = [];
    let isFirst = true;
    start({
      handle: async (tx, events) => {
        await remember(tx, events);
        const fails = isFirst;
        isFirst = false;
        if (fails) throw new Error('rolled back');
        return () => void effects().then((committed) => seen.push(committed.length));
      },
    });
    await eventually(() => expect(seen).toEqual([ids.length]));
  });

  it('misses nothing that happens after it was registered, however late it runs', async () => {
    const options = { database: postgres.database(), name: 'remember', startFrom: 'now' } as const;
    await registerConsumer(options);
    const coming = await facts(2);
    await registerConsumer(options); // keeps its place
    start({ startFrom: 'now' });
    await eventually(async () => expect(await effects()).toEqual(expect.arrayContaining(coming)));
  });

  it('goes on where it was after a stop', async () => {
    const first = await facts(2);
    const earlier = start();
    await eventually(async () => expect(await effects()).toHaveLength(2));
    await earlier.stop();
    const second = await facts(2);
    const later = start();
    await eventually(async () => expect(await effects()).toEqual([...first, ...second].sort()));
    await later.stop();
  });

  it('hands over only the types that it was told to follow, and passes over the rest for good', async () => {
    const [wanted] = await append(postgres.database(), [
      { appId: newUuid(), type: 'app.created', subject: 'app_x', data: {} },
      { appId: newUuid(), type: 'device.removed', subject: 'dev_x', data: {} },
      { appId: newUuid(), type: 'delivery.sent', subject: 'ntf_x', data: {} },
    ]);
    start({ types: ['app.created'] });
    await eventually(async () => {
      const { rowCount } = await postgres.database().query(
        `SELECT FROM consumer WHERE NOT EXISTS (
           SELECT FROM event_log WHERE (xid, id) > (cursor_xid, cursor_id))`,
      );
      expect(rowCount).toBe(1);
    });
    expect(await effects()).toEqual([wanted]);
  });

  it('opens no transaction while nothing happens, and reads what comes then', async () => {
    const database = postgres.database();
    const [before] = await facts(1);
    let [looks, transactions] = [0, 0];
    const counted: Database = {
      ...database,
      query: (text, params) => {
        if (text.includes(ANY_BEHIND.slice(0, 40))) looks += 1;
        return database.query(text, params);
      },
      transaction: (work) => {
        transactions += 1;
        return database.transaction(work);
      },
    };
    start({ database: counted });
    await eventually(() => expect(looks).toBeGreaterThan(0));
    [looks, transactions] = [0, 0];
    await eventually(() => expect(looks).toBeGreaterThan(20));
    // Other test files write to their own databases of this server: what holds the horizon back is new to a reader once.
    expect(transactions).toBeLessThan(3);
    const [after] = await facts(1);
    await eventually(async () => expect(await effects()).toEqual([before, after]));
  });

  it('reads again what lies behind a cursor that somebody set back', async () => {
    const ids = await facts(2);
    start();
    await eventually(async () => expect(await effects()).toHaveLength(2));
    await postgres.database().query(`UPDATE consumer SET cursor_xid = '0'::xid8`);
    await eventually(async () => expect(await effects()).toEqual([...ids, ...ids].sort()), { within: 15_000 });
  }, 20_000);

  it('finds its place by id when a restore has renewed the transaction ids', async () => {
    const database = postgres.database();
    const old = await append(database, [
      {
        id: uuidFromTimeAndTail(Date.now() - 3_600_000, randomBytes(10)),
        appId: newUuid(),
        type: 'app.created',
        subject: 'app_x',
        data: {},
      },
    ]);
    const near = await facts(1);
    const earlier = start();
    await eventually(async () => expect(await effects()).toHaveLength(2));
    await earlier.stop();
    await database.query('TRUNCATE effect');

    await database.query(`UPDATE feed_generation SET generation = gen_random_uuid()`);
    await database.query(`UPDATE consumer SET cursor_xid = '99999999'::xid8`); // what an id of the old cluster may look like
    const fresh = await facts(2);
    const later = start();
    await eventually(async () => expect(await effects()).toEqual(expect.arrayContaining(fresh)));
    await later.stop();
    expect(await effects()).toEqual([...near, ...fresh].sort()); // the last minute again, nothing older
    expect(await effects()).not.toContain(old[0]);
  });
});
