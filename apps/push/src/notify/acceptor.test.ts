import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LANES, newUuid, type Uuid } from '@signalbox/contracts';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import fc from 'fast-check';
import { Acceptor, type AcceptEntry, type AcceptResult } from './acceptor.js';
import { Figures } from '../figures/figures.js';

const logger = createLogger('test', 'silent');

describe('accepting', () => {
  let backend: QueueBackend;
  afterAll(() => backend.close());
  const postgres = usePostgres();
  let acceptors: Acceptor[];

  beforeAll(() => {
    backend = openQueueBackend({ databaseUrl: postgres.url(), prefix: '{accept}', logger });
  });
  beforeEach(async () => {
    // Two, as two processes would be: they share nothing but the database.
    acceptors = [0, 1].map(() => new Acceptor(postgres.database(), new Publisher(backend, logger), new Figures()));
    for (const table of ['event_log', 'push_work', 'idem']) await postgres.database().query(`DELETE FROM ${table}`);
  });

  const entry = (changes: Partial<AcceptEntry> = {}): AcceptEntry => ({
    id: newUuid(),
    appId: newUuid(),
    lane: 'transactional',
    subject: 'ntf_x',
    payload: '{"to":{"userId":"ann"}}',
    content: Buffer.from('sealed'),
    dekId: newUuid(),
    ...changes,
  });
  const key = (name: number, request: number): NonNullable<AcceptEntry['key']> => ({
    hash: `00000000-0000-4000-8000-${name.toString(16).padStart(12, '0')}`,
    requestHash: Buffer.from([request]),
  });
  const idsIn = async (text: string): Promise<Uuid[]> =>
    (await postgres.database().query<{ id: Uuid }>(text)).rows.map((row) => row.id);
  const logged = () => idsIn('SELECT id FROM event_log');
  const owed = () => idsIn(`SELECT (item ->> 'n')::uuid AS id FROM push_work, jsonb_array_elements(items) AS item`);

  it('lets one bad row out of 256 fail alone', async () => {
    const entries = Array.from({ length: 256 }, (_, index) =>
      entry(index === 99 ? { payload: '{"to":{"userId":"\\u0000"}}' } : {}),
    );
    const results = await Promise.allSettled(entries.map((each) => acceptors[0]!.accept(() => each)));
    expect(results.flatMap((result, index) => (result.status === 'rejected' ? [index] : []))).toEqual([99]);
    const good = entries.filter((_, index) => index !== 99).map((each) => each.id);
    expect((await logged()).sort()).toEqual([...good].sort());
    expect((await owed()).sort()).toEqual([...good].sort());
  });

  it('keeps what is for later in rows of its own, one for each lane and second, due then', async () => {
    const second = (Math.floor(Date.now() / 1_000) + 5_000) * 1_000;
    const dueAts = [undefined, 0, Date.now() - 1, second, second - 999, second + 1];
    await Promise.all(dueAts.map((dueAt) => acceptors[0]!.accept(() => entry(dueAt === undefined ? {} : { dueAt }))));
    await acceptors[0]!.accept(() => entry({ dueAt: second, lane: 'bulk' }));
    const { rows } = await postgres.database().query<{ due: Date; lane: string; items: number; offers: boolean }>(
      `SELECT date_trunc('second', due_at + interval '0.5 s') AS due, lane, jsonb_array_length(items) AS items, next_offer_at > due_at AS offers
       FROM push_work WHERE due_at > now() + interval '1 minute' ORDER BY 1, 2`,
    );
    expect(rows).toEqual([
      { due: new Date(second), lane: 'bulk', items: 1, offers: false },
      { due: new Date(second), lane: 'transactional', items: 2, offers: false },
      { due: new Date(second + 1_000), lane: 'transactional', items: 1, offers: false },
    ]);
    expect(await owed()).toHaveLength(7);
  });

  it('writes of one alone what it writes of each of several', async () => {
    const contentOf = (row: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !['id', 'xid', 'at', 'k'].includes(name)));
    const rowsOf = async (table: string, where: string) =>
      (await postgres.database().query(`SELECT * FROM ${table} WHERE ${where}`)).rows.map(contentOf);
    const [appId, dekId, dueAt] = [newUuid(), newUuid(), Date.now() + 3_600_000];
    const of = (name: number, subject: string): AcceptEntry =>
      entry({ appId, dekId, dueAt, lane: 'bulk', subject, key: key(name, 7) });
    const alone = of(1, 'alone');
    await acceptors[0]!.accept(() => alone);
    const [, first, second] = [0, 2, 3].map((name) => of(name, 'among others'));
    // The first is on its way alone when the others come, and they share a commit.
    await Promise.all([entry(), first!, second!].map((each) => acceptors[0]!.accept(() => each)));
    const works = await postgres.database().query(
      `SELECT id, lane, queue, due_at, next_offer_at - due_at AS late, items, id = root_id AS root FROM push_work WHERE lane = 'bulk'
       ORDER BY jsonb_array_length(items)`,
    );
    const [ofOne, ofTwo] = works.rows;
    expect(ofOne).toMatchObject({ queue: 'push.route.bulk', root: true, items: [{ n: alone.id }] });
    expect(new Set(ofTwo!['items'] as unknown[])).toEqual(new Set([{ n: first!.id }, { n: second!.id }]));
    for (const name of ['lane', 'queue', 'root']) expect(ofOne![name]).toEqual(ofTwo![name]);
    expect(ofOne!['late']).toEqual(ofTwo!['late']);
    expect(Math.abs((ofOne!['due_at'] as Date).getTime() - (ofTwo!['due_at'] as Date).getTime())).toBeLessThan(1_000);
    const logOf = async ({ id }: AcceptEntry, root: unknown) => {
      const [row] = await rowsOf('event_log', `id = '${id}'`);
      expect(row).toMatchObject({ type: 'notification.accepted', payload: { root, to: { userId: 'ann' } } });
      return { ...row, subject: '', payload: '' };
    };
    expect(await logOf(alone, ofOne!['id'])).toEqual(await logOf(first!, ofTwo!['id']));
    const keyOf = async ({ id }: AcceptEntry) => {
      const [row] = await rowsOf('idem', `result_id = '${id}' AND expires_at > now() + interval '71 hours'`);
      return row!['request_hash'];
    };
    expect(await keyOf(alone)).toEqual(await keyOf(first!));
  });

  it('shares commits: 200 at once take far fewer work rows than 200', async () => {
    await Promise.all(Array.from({ length: 200 }, () => acceptors[0]!.accept(() => entry())));
    const rows = await idsIn('SELECT id FROM push_work');
    expect(rows.length).toBeLessThan(10);
    expect(await owed()).toHaveLength(200);
  });

  it('takes over a key whose time is over', async () => {
    const first = await acceptors[0]!.accept(() => entry({ key: key(1, 1) }));
    await postgres.database().query(`UPDATE idem SET expires_at = now() - interval '1 s'`);
    const second = await acceptors[0]!.accept(() => entry({ key: key(1, 2) }));
    expect([first.kind, second.kind]).toEqual(['accepted', 'accepted']);
  });

  it('keeps one meaning per key, whatever is sent at once through whichever process, and never deadlocks', async () => {
    const post = fc.record({
      name: fc.integer({ min: 0, max: 4 }),
      request: fc.integer({ min: 0, max: 1 }),
      process: fc.integer({ min: 0, max: 1 }),
      lane: fc.constantFrom(...LANES),
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(post, { minLength: 2, maxLength: 40 }), async (posts) => {
        round += 1;
        const sent = posts.map(({ name, request, process, lane }) => {
          const each = entry({ lane, key: key(round * 10 + name, request) });
          return { name, request, each, result: acceptors[process]!.accept(() => each) };
        });
        const meaning = new Map<number, { id: Uuid; request: number }>();
        const settled = await Promise.all(sent.map(async (post) => ({ ...post, result: await post.result })));
        for (const { name, request, each, result } of settled) {
          if (result.kind !== 'accepted') continue;
          expect(result.id).toBe(each.id);
          expect(meaning.has(name)).toBe(false);
          meaning.set(name, { id: each.id, request });
        }
        for (const { name, request, result } of settled) {
          const { id, request: winner } = meaning.get(name)!;
          const expected: AcceptResult[] =
            request === winner
              ? [
                  { kind: 'accepted', id },
                  { kind: 'replayed', id },
                ]
              : [{ kind: 'conflict' }];
          expect(expected).toContainEqual(result);
        }
        const winners = new Set([...meaning.values()].map((each) => each.id));
        expect(new Set((await logged()).filter((id) => settled.some((post) => post.each.id === id)))).toEqual(winners);
        expect(new Set((await owed()).filter((id) => settled.some((post) => post.each.id === id)))).toEqual(winners);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
