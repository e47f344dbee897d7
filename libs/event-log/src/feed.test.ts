import { describe, it, expect, beforeEach } from '@jest/globals';
import { formatId, newUuid, parseId, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { eventually, usePostgres } from '@signalbox/testing';
import { append } from './append.js';
import { CursorExpired, MalformedCursor } from './feed-cursor.js';
import { feedHorizonSeconds, readEvent, readFeed, type FeedFilter } from './feed.js';
import { ANY_BEHIND, READ_FEED, READ_QUIET_FEED, READ_SUBJECT } from './feed.queries.js';
import { ensurePartitions } from './partitions.js';

const postgres = usePostgres();

beforeEach(async () => {
  await postgres.database().query('TRUNCATE event_log');
});

/** Appends one fact and answers its id as the feed shows it. */
async function fact(
  sql: Sql,
  appId: Uuid,
  fields: { type?: 'app.created' | 'api_key.revoked'; subject?: string } = {},
): Promise<string> {
  const [id] = await append(sql, [
    {
      appId,
      type: fields.type ?? 'app.created',
      subject: fields.subject ?? formatId('app', appId),
      data: { name: 'demo' },
    },
  ]);
  return formatId('event', id!);
}

/** Transactions of other test files hold the horizon back too: it belongs to the whole cluster. */
async function allBelowHorizon(): Promise<void> {
  await eventually(async () => {
    const { rows } = await postgres
      .database()
      .query(`SELECT count(*)::int AS above FROM event_log WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())`);
    expect(rows).toEqual([{ above: 0 }]);
  });
}

/** Follows `next` until the feed says that there is no more. */
async function readAll(
  sql: Sql,
  filter: FeedFilter,
  limit = 100,
): Promise<{ ids: string[]; reads: number; next: string }> {
  const ids: string[] = [];
  let next: string | undefined;
  for (let reads = 1; ; reads += 1) {
    const page = await readFeed(sql, { ...(next === undefined ? {} : { after: next }), limit, filter });
    ids.push(...page.events.map((event) => event.id));
    next = page.next;
    if (page.caughtUp) return { ids, reads, next };
  }
}

describe('the feed', () => {
  it('shows an event under CloudEvents names, and never the encrypted content', async () => {
    const database = postgres.database();
    const [appId, id, dekId] = [newUuid(), newUuid(), newUuid()];
    await append(database, [
      {
        id,
        appId,
        type: 'notification.accepted',
        subject: formatId('notification', id),
        data: { lane: 'bulk' },
        seq: 7n,
        content: Buffer.from('the secret text'),
        dekId,
      },
    ]);
    await allBelowHorizon();

    const { events } = await readFeed(database, { limit: 10 });

    expect(events).toEqual([
      {
        id: formatId('event', id),
        source: `/apps/${formatId('app', appId)}`,
        type: 'notification.accepted',
        subject: formatId('notification', id),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        seq: 7,
        data: { lane: 'bulk' },
      },
    ]);
    expect(await readEvent(database, appId, id)).toEqual(events[0]);
  });

  it('hides an event from every other app', async () => {
    const database = postgres.database();
    const [mine, theirs] = [newUuid(), newUuid()];
    const id = await fact(database, theirs);
    await allBelowHorizon();
    expect(await readEvent(database, mine, parseId('event', id)!)).toBeUndefined();
    expect((await readAll(database, { appId: mine })).ids).toEqual([]);
  });

  it('filters by type and by subject, and goes on from any cursor with any filter', async () => {
    const database = postgres.database();
    const appId = newUuid();
    const created = await fact(database, appId, { subject: 'app_a' });
    const revoked = await fact(database, appId, { type: 'api_key.revoked', subject: 'key_b' });
    const last = await fact(database, appId, { subject: 'key_b' });
    await allBelowHorizon();

    expect((await readAll(database, { types: ['api_key.revoked'] })).ids).toEqual([revoked]);
    const ofSubject = await readAll(database, { subject: 'key_b' }, 1);
    expect(ofSubject).toMatchObject({ ids: [revoked, last], reads: 2 });
    expect((await readAll(database, { subject: 'key_b', appId: newUuid() })).ids).toEqual([]);

    const first = await readFeed(database, { limit: 1, filter: { subject: 'app_a' } });
    expect(first).toMatchObject({ events: [{ id: created }], caughtUp: true });
    const rest = await readFeed(database, { after: first.next, limit: 10 });
    expect(rest.events.map((event) => event.id)).toEqual([revoked, last]);
  });

  it('starts at this moment when asked for what comes after now', async () => {
    const database = postgres.database();
    const appId = newUuid();
    await fact(database, appId);
    await allBelowHorizon();
    const tail = await readFeed(database, { after: 'now', limit: 10 });
    expect(tail).toMatchObject({ events: [], caughtUp: true });
    const id = await fact(database, appId);
    await allBelowHorizon();
    expect((await readFeed(database, { after: tail.next, limit: 10 })).events.map((event) => event.id)).toEqual([id]);
  });

  it('moves past foreign events in bounded slices instead of searching without end', async () => {
    const database = postgres.database();
    const appId = newUuid();
    await database.query(
      `INSERT INTO event_log (id, app_id, type, subject, payload)
       SELECT gen_random_uuid(), $1, 'app.created', 'app_x', '{}' FROM generate_series(1, 12000)`,
      [newUuid()],
    );
    const id = await fact(database, appId);
    await allBelowHorizon();

    const first = await readFeed(database, { limit: 10, filter: { appId } });
    expect(first).toMatchObject({ events: [], caughtUp: false });
    expect(await readAll(database, { appId })).toMatchObject({ ids: [id], reads: 3 });
  });

  it('passes over all that notifications write in one read, for whoever wants what is rare', async () => {
    const database = postgres.database();
    await database.query(
      `INSERT INTO event_log (id, app_id, type, subject, payload)
       SELECT gen_random_uuid(), gen_random_uuid(), CASE n % 2 WHEN 0 THEN 'delivery.sent' ELSE 'notification.accepted' END, 'x', '{}'
       FROM generate_series(1, 12000) AS n`,
    );
    const appId = newUuid();
    const id = await fact(database, appId);
    await database.query(
      `INSERT INTO event_log (id, app_id, type, subject, payload) VALUES (gen_random_uuid(), $1, 'delivery.sent', 'x', '{}')`,
      [appId],
    );
    await allBelowHorizon();

    const rare = await readAll(database, { types: ['app.created', 'api_key.revoked'] });
    expect(rare).toMatchObject({ ids: [id], reads: 1 });
    expect((await readAll(database, { types: ['app.created', 'delivery.sent'], appId })).ids).toHaveLength(2);
    // It is behind what it did not look at, too.
    expect(await readFeed(database, { after: rare.next, limit: 1 })).toMatchObject({ events: [], caughtUp: true });
  });

  it('reads what is rare in bounded slices, too', async () => {
    const database = postgres.database();
    await database.query(
      `INSERT INTO event_log (id, app_id, type, subject, payload)
       SELECT gen_random_uuid(), gen_random_uuid(), 'app.created', 'app_x', '{}' FROM generate_series(1, 12000)`,
    );
    const id = await fact(database, newUuid(), { type: 'api_key.revoked' });
    await allBelowHorizon();
    expect(await readAll(database, { types: ['api_key.revoked'] })).toMatchObject({ ids: [id], reads: 3 });
  });

  it('refuses a cursor it never gave out, and one from before a restore', async () => {
    const database = postgres.database();
    const { next } = await readFeed(database, { limit: 1 });
    for (const after of [
      '',
      'x',
      `${next}A`,
      next.slice(1),
      `${next.slice(0, -1)}!`,
      '../../etc/passwd',
      'é'.repeat(55),
    ]) {
      await expect(readFeed(database, { after, limit: 1 })).rejects.toBeInstanceOf(MalformedCursor);
    }
    await database.query('UPDATE feed_generation SET generation = gen_random_uuid()');
    await expect(readFeed(database, { after: next, limit: 1 })).rejects.toBeInstanceOf(CursorExpired);
  });

  it('tells for how long a writing transaction has held it back', async () => {
    const database = postgres.database();
    await database.transaction(async (tx) => {
      await fact(tx, newUuid());
      expect(await feedHorizonSeconds(database)).toBeGreaterThan(0);
    });
    await eventually(async () => expect(await feedHorizonSeconds(database)).toBe(0));
  });
});

describe('a reader of the feed while transactions commit out of order', () => {
  it('sees every event exactly once, where a cursor on the id alone skips some', async () => {
    const database = postgres.database();
    const committed: string[] = [];
    const seen: string[] = [];
    const seenRare: string[] = [];
    const seenById: string[] = [];
    let writing = true;

    const release = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    const longOne = database.transaction(async (tx) => {
      committed.push(await fact(tx, newUuid()));
      opened.resolve();
      await release.promise;
    });
    await opened.promise;

    const writers = Array.from({ length: 8 }, () => writeInTransactions(database, 25, committed));
    const readers = [
      follow(database, seen, () => writing),
      follow(database, seenRare, () => writing, { types: ['app.created'] }),
      followById(database, seenById, () => writing),
    ];
    await Promise.all(writers.slice(0, 4));
    expect([seen, seenRare]).toEqual([[], []]); // the long transaction wrote first: nothing may be shown before it
    release.resolve();
    await Promise.all([longOne, ...writers]);
    writing = false;
    await Promise.all(readers);

    expect(new Set(seen).size).toBe(seen.length);
    expect([...seen].sort()).toEqual([...committed].sort());
    expect([...seenRare].sort()).toEqual([...committed].sort());
    expect(seenById.length).toBeLessThan(committed.length); // the control
  });
});

/** Makes the transaction last up to 12 ms longer. */
async function last(tx: Sql): Promise<void> {
  await tx.query('SELECT pg_sleep($1)', [Math.random() * 0.012]);
}

/** Transactions of random length: the id is made early, the row is written later, the commit comes later still. */
async function writeInTransactions(database: Database, count: number, committed: string[]): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    const rows = Array.from({ length: 1 + Math.floor(Math.random() * 4) }, () => newUuid());
    await database.transaction(async (tx) => {
      for (const id of rows) {
        await last(tx);
        await append(tx, [{ id, appId: id, type: 'app.created', subject: 'app_x', data: {} }]);
      }
      await last(tx);
    });
    committed.push(...rows.map((id) => formatId('event', id)));
  }
}

async function follow(database: Database, seen: string[], goOn: () => boolean, filter: FeedFilter = {}): Promise<void> {
  let next: string | undefined;
  for (;;) {
    const last = !goOn();
    const page = await readFeed(database, { ...(next === undefined ? {} : { after: next }), limit: 20, filter });
    seen.push(...page.events.map((event) => event.id));
    next = page.next;
    if (last && page.caughtUp) return;
  }
}

async function followById(database: Database, seen: string[], goOn: () => boolean): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const last = !goOn();
    const { rows } = await database.query<{ id: Uuid }>('SELECT id FROM event_log WHERE id > $1 ORDER BY id LIMIT 20', [
      after,
    ]);
    seen.push(...rows.map((row) => formatId('event', row.id)));
    after = rows.at(-1)?.id ?? after;
    if (last && rows.length === 0) return;
  }
}

describe('the queries of the feed', () => {
  it('walk an index, however large the log', async () => {
    const database = postgres.database();
    await ensurePartitions(database, { parents: ['event_log'], daysAhead: 1 });
    await database.query(
      `INSERT INTO event_log (id, app_id, type, subject, payload)
       SELECT uuidv7(make_interval(days => n % 2)), gen_random_uuid(), CASE n % 100 WHEN 0 THEN 'app.created' ELSE 'delivery.sent' END,
         'app_' || n, '{}'
       FROM generate_series(1, 20000) AS n`,
    );
    await database.query('ANALYZE event_log');
    const nil = '00000000-0000-0000-0000-000000000000';

    const feed = await explain(database, READ_FEED, ['0', nil, 500, newUuid(), null, 101]);
    expect(feed).toContain('_xid_id_idx');
    expect(feed).not.toContain('Seq Scan on event_log_2');
    const subject = await explain(database, READ_SUBJECT, ['0', nil, 'app_7', null, null, 101]);
    expect(subject).toContain('_subject_id_idx');
    expect(subject).not.toContain('Seq Scan on event_log_2');

    const { rows } = await database.query<{ name: string }>(
      `SELECT indexrelid::regclass::text AS name FROM pg_inherits JOIN pg_index ON indexrelid = inhrelid
       WHERE inhparent = 'event_log_quiet_xid_id_idx'::regclass AND indrelid <> 'event_log_default'::regclass`,
    );
    const quiet = await explain(database, READ_QUIET_FEED, ['0', nil, 500, null, ['app.created'], 101]);
    expect(rows.length).toBeGreaterThan(0);
    for (const { name } of rows) expect(quiet).toContain(name);
    expect(quiet).not.toContain('Seq Scan on event_log_2');
  });

  it('ask by an index whether there is anything behind a place, with one plan for every place and however wide the rows', async () => {
    const database = postgres.database();
    await ensurePartitions(database, { parents: ['event_log'], daysAhead: 20 });
    await database.query(
      `INSERT INTO event_log (id, app_id, type, subject, payload)
       SELECT uuidv7(make_interval(days => n % 20)), gen_random_uuid(), 'delivery.sent', 'x', jsonb_build_object('x', repeat('x', 1400))
       FROM generate_series(1, 20000) AS n`,
    );
    await database.query('ANALYZE event_log');
    const plan = await database.transaction(async (tx) => {
      await tx.query('SET LOCAL plan_cache_mode = force_generic_plan');
      await tx.query(`PREPARE look AS ${ANY_BEHIND}`);
      const nil = '00000000-0000-0000-0000-000000000000';
      const { rows } = await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE look ('0', '${nil}', '${nil}')`);
      await tx.query('DEALLOCATE look');
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toContain('_xid_id_idx');
    expect(plan).not.toContain('Seq Scan on event_log_2');
  });
});

async function explain(database: Database, query: string, params: readonly unknown[]): Promise<string> {
  const { rows } = await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${query}`, params);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
