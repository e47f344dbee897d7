import { randomBytes } from 'node:crypto';
import { describe, it, expect } from '@jest/globals';
import { newUuid, timeOfUuid, uuidFromTimeAndTail } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import { append } from './append.js';
import { defaultPartitionRows, dropOldPartitions, ensurePartitions } from './partitions.js';

const postgres = usePostgres();
const at = (time: string): Date => new Date(`${time}T12:00:00Z`);
const fact = (time: string) =>
  ({
    id: uuidFromTimeAndTail(Date.parse(time), randomBytes(10)),
    appId: newUuid(),
    type: 'app.created',
    subject: 'app_x',
    data: {},
  }) as const;

async function partitionHolding(id: string): Promise<string> {
  const { rows } = await postgres
    .database()
    .query<{ name: string }>('SELECT tableoid::regclass::text AS name FROM event_log WHERE id = $1', [id]);
  return rows[0]!.name;
}

describe('ensurePartitions', () => {
  it('makes the days from today on, once, with the storage parameters of the default partition', async () => {
    const database = postgres.database();
    const round = { parents: ['event_log', 'delivery'], daysAhead: 1, today: at('2031-01-31') } as const;
    expect(await ensurePartitions(database, round)).toEqual({
      changed: ['event_log_20310131', 'event_log_20310201', 'delivery_20310131', 'delivery_20310201'],
      left: [],
    });
    expect(await ensurePartitions(database, round)).toEqual({ changed: [], left: [] });
    const { rows } = await database.query(`SELECT reloptions FROM pg_class WHERE relname = 'delivery_20310131'`);
    expect(rows).toEqual([{ reloptions: ['fillfactor=90'] }]);
  });

  it('routes an id to the partition of the UTC day it carries, to the millisecond', async () => {
    const database = postgres.database();
    await ensurePartitions(database, { parents: ['event_log'], daysAhead: 1, today: at('2031-02-01') });
    const [evening, morning] = [fact('2031-02-01T23:59:59.999Z'), fact('2031-02-02T00:00:00.000Z')];
    await append(database, [evening, morning]);
    expect(await partitionHolding(evening.id)).toBe('event_log_20310201');
    expect(await partitionHolding(morning.id)).toBe('event_log_20310202');
    expect(await defaultPartitionRows(database, 'event_log')).toBe(0);
  });

  it('lets any number of processes run it at once', async () => {
    const database = postgres.database();
    const round = { parents: ['event_log'], daysAhead: 3, today: at('2032-01-01') } as const;
    const reports = await Promise.all(Array.from({ length: 4 }, () => ensurePartitions(database, round)));
    expect(reports.flatMap((report) => report.changed).sort()).toEqual([
      'event_log_20320101',
      'event_log_20320102',
      'event_log_20320103',
      'event_log_20320104',
    ]);
    expect(reports.flatMap((report) => report.left)).toEqual([]);
  });

  it('moves rows that came before their day had a partition, and leaves them their place in the feed', async () => {
    const database = postgres.database();
    const place = 'SELECT id, xid::text, at, payload FROM event_log ORDER BY xid, id';
    await database.query('TRUNCATE event_log');
    const early = [fact('2033-01-02T08:00:00Z'), fact('2033-01-02T09:00:00Z'), fact('2033-01-01T09:00:00Z')];
    for (const each of early) await append(database, [each]);
    expect(await defaultPartitionRows(database, 'event_log')).toBe(3);
    const before = await database.query(place);

    const round = { parents: ['event_log'], daysAhead: 1, today: at('2033-01-01') } as const;
    expect(await ensurePartitions(database, round)).toEqual({
      changed: ['event_log_20330101', 'event_log_20330102'],
      left: [],
    });
    expect(await defaultPartitionRows(database, 'event_log')).toBe(0);
    expect(await partitionHolding(early[0]!.id)).toBe('event_log_20330102');
    expect((await database.query(place)).rows).toEqual(before.rows);
  });

  it('reports a day with too many rows in the default partition to move them, and makes the others', async () => {
    const database = postgres.database();
    await database.query(
      `INSERT INTO event_log (id, app_id, type, subject, payload)
       SELECT uuidv7(interval '10 years'), gen_random_uuid(), 'app.created', 'app_x', '{}' FROM generate_series(1, 10001)`,
    );
    const { rows } = await database.query<{ id: string }>('SELECT id FROM event_log_default LIMIT 1');
    const thatDay = new Date(timeOfUuid(rows[0]!.id));
    const name = `event_log_${thatDay.toISOString().slice(0, 10).replaceAll('-', '')}`;
    const report = await ensurePartitions(database, { parents: ['event_log'], daysAhead: 1, today: thatDay });
    expect(report.changed).toHaveLength(1);
    expect(report.left).toEqual([{ partition: name, obstacle: 'rows-in-default' }]);
    expect(await partitionHolding(rows[0]!.id)).toBe('event_log_default');
    await database.query('TRUNCATE event_log_default');
  });

  it('gives up on a table that somebody holds, and says so', async () => {
    const database = postgres.database();
    await database.transaction(async (tx) => {
      await tx.query('LOCK TABLE event_log_default IN ACCESS EXCLUSIVE MODE');
      const report = await ensurePartitions(database, {
        parents: ['event_log'],
        daysAhead: 0,
        today: at('2034-01-01'),
      });
      expect(report).toEqual({ changed: [], left: [{ partition: 'event_log_20340101', obstacle: 'locked' }] });
    });
  });
});

describe('dropOldPartitions', () => {
  it('keeps the last days, and whatever a consumer has not read', async () => {
    const database = postgres.database();
    await ensurePartitions(database, { parents: ['delivery', 'event_log'], daysAhead: 3, today: at('2020-05-01') });
    const [first, second] = [fact('2020-05-01T10:00:00Z'), fact('2020-05-02T10:00:00Z')];
    await append(database, [first]);
    await append(database, [second]);
    const { rows } = await database.query<{ xid: string }>('SELECT xid::text FROM event_log WHERE id = $1', [first.id]);
    await database.query(
      `INSERT INTO consumer (name, cursor_xid, cursor_id, generation)
       VALUES ('slow', $1::xid8, $2, (SELECT generation FROM feed_generation))`,
      [rows[0]!.xid, first.id],
    );

    const round = { parents: ['event_log', 'delivery'], keepDays: 1, today: at('2020-05-04') } as const;
    expect(await dropOldPartitions(database, round)).toEqual({
      changed: ['event_log_20200501', 'delivery_20200501', 'delivery_20200502'],
      left: [{ partition: 'event_log_20200502', obstacle: 'unread' }],
    });
    expect(await partitionHolding(second.id)).toBe('event_log_20200502');
    await database.query(`DELETE FROM consumer`);
    expect(await dropOldPartitions(database, round)).toMatchObject({ changed: ['event_log_20200502'], left: [] });
  });
});
