import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DeadLetterRunView, formatId, newUuid, type ProblemBody, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { eventually } from '@signalbox/testing';
import { deadLetters as holding } from '../../personal-data/dead-letters.js';
import { type TestApp, usePushRoutes } from '../../push-routes.harness.js';
import { DeadLetters } from '../dead-letters.js';
import { DeadLettersModule } from '../dead-letters.module.js';
import { LetterRuns } from './letter-runs.js';
import { takeSlice } from './take-slice.js';

describe('a run over dead letters', () => {
  let backend: QueueBackend;
  let publisher: Publisher;
  let other: LetterRuns;
  afterAll(async () => {
    await other.stopWorking();
    await backend.close();
  });
  const logLines: string[] = [];
  const logger = createLogger('push', 'info', { write: (line) => logLines.push(line) });
  const routes = usePushRoutes((database) => {
    backend = openQueueBackend({ databaseUrl: routes.databaseUrl(), prefix: '{runs}', logger });
    publisher = new Publisher(backend, logger);
    other = new LetterRuns(database, publisher, logger);
    // Whoever answers here only takes on; a test does the slices by hand, or has another process work.
    return [DeadLettersModule.with(new DeadLetters(database, publisher), new LetterRuns(database, publisher, logger))];
  });
  const database = (): Database => routes.database();
  const sql = async <Row>(text: string, params: unknown[] = []): Promise<Row[]> =>
    (await database().query<Row>(text, params)).rows;

  let app: TestApp;
  let key: string;
  beforeEach(async () => {
    await sql('DELETE FROM dead_letter_run');
    await sql('DELETE FROM dead_letter');
    app = await routes.makeApp();
    key = await routes.makeKey(app.id, 'secret', ['notifications:write', 'notifications:read']);
  });

  /** @returns their ids, in order. */
  async function letters(
    count: number,
    { reason = 'Reason', user }: { reason?: string; user?: string } = {},
  ): Promise<Uuid[]> {
    const ids = Array.from({ length: count }, () => newUuid());
    await sql(
      `INSERT INTO dead_letter (id, app_id, credential_id, notification_id, device_id, root_id, provider, queue, lane, reason, attempt, user_id, died_at)
       SELECT id, $2, $3, id, id, id, 'apns', 'push.apns.bulk', 'bulk', $4, 10, $5, now() - interval '1 minute' FROM unnest($1::uuid[]) AS l (id)`,
      [ids, app.id, newUuid(), reason, user ?? null],
    );
    return ids;
  }
  const call = (method: string, path: string, body?: object, by = key) =>
    routes.call<DeadLetterRunView & ProblemBody & { items: DeadLetterRunView[] }>(
      ...([method, `/v1/dead-letters/runs${path}`, by, body] as const),
    );
  const newRun = (): string => formatId('deadLetterRun', newUuid());
  const begin = async (body: object = {}, id = newRun()): Promise<string> => {
    const begun = await call('PUT', `/${id}`, { action: 'replay', reason: 'Reason', perSecond: 1_000, ...body });
    expect([begun.status, begun.body.state]).toEqual([202, 'running']);
    return id;
  };
  const view = async (id: string): Promise<DeadLetterRunView> => (await call('GET', `/${id}`)).body;
  const slice = (except: Uuid[] = []) => takeSlice(database(), publisher, except);
  /** Until nothing is under way, without its pace. */
  async function finish(): Promise<void> {
    for (let due = await slice(); due !== undefined; due = await slice())
      await sql('UPDATE dead_letter_run SET next_at = now()');
  }
  const states = async () =>
    Object.fromEntries(
      (
        await sql<{ state: string; n: number }>(
          `SELECT coalesce(resolution, 'open') AS state, count(*)::int AS n FROM dead_letter GROUP BY 1`,
        )
      ).map(({ state, n }) => [state, n]),
    );
  const replays = async (): Promise<string[]> =>
    (
      await sql<{ r: string }>(
        `SELECT item ->> 'r' AS r FROM push_work CROSS JOIN jsonb_array_elements(items) AS item WHERE app_id = $1`,
        [app.id],
      )
    ).map(({ r }) => r);

  it('is begun once, and is answered the same however often it is asked for', async () => {
    await letters(3);
    const id = await begin();
    const again = await call('PUT', `/${id}`, { action: 'replay', reason: 'Reason', perSecond: 1_000 });
    expect([again.status, again.body.letters]).toEqual([202, 3]);
    expect(await call('PUT', `/${id}`, { action: 'replay', reason: 'Reason', perSecond: 999 })).toMatchObject({
      ...{ status: 409, body: { code: 'id_taken' } },
    });
    const other = await call('PUT', `/${newRun()}`, { action: 'replay', reason: 'Reason', perSecond: 1 });
    expect(other).toMatchObject({ status: 409, body: { code: 'under_way', detail: expect.stringContaining(id) } });
    await finish();
    expect((await call('GET', '')).body.items).toEqual([expect.objectContaining({ id, state: 'done', done: 3 })]);
  });

  it('replays each letter once beside another one whose letters are partly the same', async () => {
    const ids = [...(await letters(300)), ...(await letters(300, { reason: 'Other' }))];
    const [one, all] = [await begin({ perSecond: 100 }), await begin({ reason: undefined, all: true, perSecond: 100 })];
    for (let turn = 0; turn < 100; turn += 1) {
      await Promise.all([slice(), slice(), slice()]);
      await sql('UPDATE dead_letter_run SET next_at = now()');
    }
    expect((await replays()).toSorted()).toEqual(ids.toSorted());
    const [first, second] = [await view(one), await view(all)];
    expect([first.state, second.state, first.done + second.done]).toEqual(['done', 'done', 600]);
    expect(first.done).toBeGreaterThan(0);
  });

  it('is about the letters that were there when it began, and leaves those open that died later', async () => {
    await letters(2);
    const id = await begin();
    await letters(1);
    await sql(`UPDATE dead_letter SET died_at = now() WHERE id = (SELECT max(id::text)::uuid FROM dead_letter)`);
    await finish();
    expect([await states(), (await view(id)).done]).toEqual([{ open: 1, replayed: 2 }, 2]);
  });

  it('does no letter after it was stopped', async () => {
    await letters(500);
    const id = await begin();
    await slice();
    const stopped = await call('POST', `/${id}/stop`, {});
    expect(stopped).toMatchObject({ status: 200, body: { state: 'stopped', done: 200, letters: 500 } });
    expect(await slice()).toBeUndefined();
    expect(await states()).toEqual({ open: 300, replayed: 200 });
    expect((await call('POST', `/${id}/stop`, {})).body).toEqual(stopped.body);
    // What it left is for the next one.
    const next = await begin();
    await finish();
    expect([await states(), (await view(next)).done]).toEqual([{ replayed: 500 }, 300]);
  });

  it('comes back to a letter that somebody else had in hand and left as it was', async () => {
    const [held] = await letters(3);
    const id = await begin();
    await database().transaction(async (tx) => {
      await tx.query('SELECT FROM dead_letter WHERE id = $1 FOR UPDATE', [held]);
      await slice();
      await slice();
      expect(await view(id)).toMatchObject({ state: 'running', done: 2 });
    });
    await finish();
    expect([await states(), (await view(id)).state]).toEqual([{ replayed: 3 }, 'done']);
  });

  it('sends nothing to a user who is erased meanwhile, and ends all the same', async () => {
    const ids = [...(await letters(3)), ...(await letters(400, { user: 'ann' })), ...(await letters(2))];
    const id = await begin();
    await slice();
    const person = { requestId: newUuid(), requestedAt: new Date(), appId: app.id, userId: 'ann' };
    const erase = () =>
      database().transaction((tx) => holding.erase(tx, { ...person, pseudonym: 'nobody', knownAs: [] }, undefined));
    while ((await erase()).next !== undefined);
    await finish();
    const done = await view(id);
    expect(done).toMatchObject({ state: 'done', letters: ids.length, done: 202 });
    expect(await states()).toEqual({ discarded: 203, replayed: 202 });
    expect(await replays()).toHaveLength(202);
    expect(await sql(`SELECT FROM dead_letter WHERE user_id IS NOT NULL`)).toEqual([]);
  });

  it('that fails keeps no other from going on, and goes on when it can', async () => {
    await letters(2, { reason: 'Broken' });
    await letters(2);
    const broken = await begin({ reason: 'Broken' });
    const sound = await begin();
    await sql(`ALTER TABLE dead_letter ADD CONSTRAINT broken CHECK (reason <> 'Broken' OR resolution IS NULL)`);
    other.work();
    await eventually(async () => expect((await view(sound)).state).toBe('done'));
    expect(await view(broken)).toMatchObject({ state: 'running', done: 0 });
    expect(logLines.some((line) => line.includes('did not go on') && line.includes(broken))).toBe(true);
    await sql('ALTER TABLE dead_letter DROP CONSTRAINT broken');
    await eventually(async () => expect((await view(broken)).state).toBe('done'), { within: 5_000 });
  });

  it('is of one app, and nobody else sees or stops it', async () => {
    await letters(1);
    const id = await begin({ perSecond: 1 });
    const stranger = await routes.makeKey((await routes.makeApp()).id, 'secret', [
      ...(['notifications:write', 'notifications:read'] as const),
    ]);
    expect((await call('GET', `/${id}`, undefined, stranger)).status).toBe(404);
    expect((await call('POST', `/${id}/stop`, {}, stranger)).status).toBe(404);
    expect((await call('GET', '', undefined, stranger)).body.items).toEqual([]);
    const same = { action: 'replay', reason: 'Reason', perSecond: 1 };
    expect((await call('PUT', `/${id}`, same, stranger)).body).toMatchObject({ code: 'id_taken' });
    const ofAll = await call('PUT', `/${newRun()}`, same, routes.operatorToken);
    expect(ofAll).toMatchObject({ status: 422, body: { errors: [{ pointer: '/appId' }] } });
    expect((await call('PUT', '/x', same)).body).toMatchObject({ errors: [{ pointer: '/id' }] });
    expect((await call('PUT', `/${newRun()}`, { action: 'replay' })).status).toBe(422);
  });
});
