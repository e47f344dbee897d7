import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type BreakersAnswer, formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { FlagBook, Flags } from '@signalbox/flags';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { BreakersModule } from '../breakers/breakers.module.js';
import { HoldsModule } from '../holds/holds.module.js';
import { liftHold, passageFor, placeHold } from '../holds/holds.js';
import { usePushRoutes } from '../push-routes.harness.js';
import { pushWork } from '../work/push-work.js';
import { followFlags } from './flag-holds.js';

const OWN_PROCESS = `${hostname()}:${process.pid}`;

describe('a flag that turns a provider off', () => {
  let flags: Flags;
  let book: FlagBook;
  let folder: string;
  afterAll(async () => {
    await flags.close();
    await book.stop();
    await rm(folder, { recursive: true });
  });
  const routes = usePushRoutes((database) => [HoldsModule.with(database), BreakersModule.with(database)]);
  let app: Uuid;
  let credential: Uuid;
  const logger = createLogger('push', 'silent');

  /** Resolves when what the file says is in force in the database, too. */
  async function say(content: object): Promise<void> {
    const evaluated = new Promise<void>((done) => flags.onChange(done));
    // As a whole, so that nobody reads half of it.
    await writeFile(join(folder, 'next.json'), JSON.stringify(content));
    await rename(join(folder, 'next.json'), join(folder, 'flags.json'));
    await evaluated;
    // What was begun by the change is ended by whoever stops; another one goes on from there.
    await book.stop();
    book = new FlagBook({ database: routes.database(), flags, logger, follow: followFlags });
    await book.start();
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flags-'));
    await writeFile(join(folder, 'flags.json'), '{}');
    flags = await Flags.open({
      keys: ['push.apns', 'push.fcm'],
      config: { FLAGS_FILE: join(folder, 'flags.json') },
      logger,
      metrics: createMetrics('push'),
      lookEveryMs: 20,
    });
    book = new FlagBook({ database: routes.database(), flags, logger, follow: followFlags });
    await book.start();
  });
  beforeEach(async () => {
    app = (await routes.makeApp()).id;
    credential = await makeCredential('apns');
    for (const table of ['push_work', 'flag_stance', 'hold']) await routes.database().query(`DELETE FROM ${table}`);
  });

  async function makeCredential(provider: string, ofApp = app): Promise<Uuid> {
    const made = newUuid();
    await routes.database().query(
      `INSERT INTO credential (id, app_id, provider, version, sealed, summary)
       VALUES ($1, $2, $3, 1, '\\x00', '{}')`,
      [made, ofApp, provider],
    );
    return made;
  }
  const passage = (of = credential) => passageFor(routes.database(), of, 'bulk');
  const breaker = async () => {
    const { body } = await routes.call<BreakersAnswer>('GET', '/v1/breakers', routes.operatorToken);
    return body.breakers.find(({ credentialId }) => credentialId === formatId('credential', credential));
  };
  const facts = async () =>
    (
      await routes
        .database()
        .query(`SELECT type, payload ->> 'reason' AS reason FROM event_log WHERE subject = $1 ORDER BY id`, [
          formatId('credential', credential),
        ])
    ).rows;
  const sayAsAnother = (isOn: boolean) =>
    routes.database().query(
      `INSERT INTO flag_stance (process, flag, source, is_on, apps, until)
       VALUES ('another:1', 'push.apns', 'environment', $1, '{}', now() + interval '2 min')`,
      [isOn],
    );

  it('holds what goes out with it as an operator does, says who set it, and lets it go as if it were not late', async () => {
    const google = await makeCredential('fcm');
    const { id: other } = await routes.makeApp();
    const ofOther = await makeCredential('apns', other);
    const off = { on: false, reason: 'recall 4711' };
    await say({ 'push.apns': { apps: { [formatId('app', app)]: off } } });
    expect(await passage()).toEqual({ passage: 'wait', ms: 60_000, reason: 'held_by_flag' });
    expect([await passage(google), await passage(ofOther)]).toEqual([{ passage: 'free' }, { passage: 'free' }]);
    expect(await breaker()).toMatchObject({
      position: 'automatic',
      hold: { reason: 'held_by_flag', until: null },
      flags: [{ flag: 'push.apns', source: 'file', reason: 'recall 4711', processes: [OWN_PROCESS] }],
    });
    const work = { rootId: newUuid(), queue: 'push.apns.bulk', lane: 'bulk', credentialId: credential } as const;
    await pushWork.enqueue(routes.database(), [{ id: newUuid(), ...work, items: [1] }]);
    await routes.database().query(`UPDATE push_work SET offer = 1, due_at = now() - interval '3 h'`);
    expect((await pushWork.backlog(routes.database()))[0]).toMatchObject({ rows: 1, oldestDueSeconds: 0 });
    await say({});
    expect(await passage()).toEqual({ passage: 'free' });
    expect(await breaker()).toMatchObject({ hold: null, flags: [] });
    const { rows } = await routes
      .database()
      .query(`SELECT next_offer_at <= now() AS due, due_at > now() - interval '1 min' AS "isYoung" FROM push_work`);
    expect(rows).toEqual([{ due: true, isYoung: true }]);
    expect(await facts()).toEqual([
      { type: 'hold.placed', reason: 'held_by_flag' },
      { type: 'hold.lifted', reason: 'flag_turned_on' },
    ]);
  });

  it('is lifted by nothing else, and lifts nothing else', async () => {
    await placeHold(routes.database(), credential, { scope: 'credential', ms: 60_000, reason: 'TooManyRequests' });
    await say({ 'push.apns': false });
    await routes.database().transaction((tx) => liftHold(tx, credential, 'credential_changed'));
    expect(await passage()).toMatchObject({ reason: 'held_by_flag' });
    const put = (position: string) =>
      routes.call('PUT', `/v1/breakers/${formatId('credential', credential)}`, routes.operatorToken, {
        position,
        reason: 'by hand',
      });
    await put('open');
    await say({});
    expect(await passage()).toMatchObject({ reason: 'isolated_by_operator' });
    await say({ 'push.apns': false });
    await put('automatic');
    expect(await passage()).toMatchObject({ reason: 'held_by_flag' });
    await say({});
  });

  it('is off for all processes while one says so, and ends by itself with a probe when that one is gone', async () => {
    await sayAsAnother(false);
    await say({ 'push.apns': false });
    await say({});
    expect(await passage()).toMatchObject({ passage: 'wait', reason: 'held_by_flag' });
    expect((await breaker())?.flags).toMatchObject([{ source: 'environment', processes: ['another:1'] }]);
    // As if its two minutes had passed.
    for (const table of ['hold', 'flag_stance'])
      await routes.database().query(`UPDATE ${table} SET until = until - interval '2 min'`);
    expect(await passage()).toMatchObject({ passage: 'probe' });
    expect((await breaker())?.flags).toEqual([]);
  });
});
