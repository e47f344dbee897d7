import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BroadcastView, formatId, type ProblemBody, type StartedAnswer } from '@signalbox/contracts';
import { ContentCipher, CredentialReader } from '@signalbox/credentials';
import { Flags } from '@signalbox/flags';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { Composer } from '../notify/composer.js';
import { type TestApp, usePushRoutes } from '../push-routes.harness.js';
import { QuotaLots } from '../quotas/quota-lots.js';
import { Quotas } from '../quotas/quotas.js';
import { TemplateReader } from '../templates/template-reader.js';
import { BroadcastDoor } from './broadcast-door.js';
import { Broadcasts } from './broadcasts.js';
import { BroadcastsModule } from './broadcasts.module.js';

const TOMORROW = new Date(Date.now() + 24 * 3_600_000).toISOString();
const SALE = { to: { everyone: true }, content: { body: 'sale' } };

describe('the routes of broadcasts', () => {
  let backend: QueueBackend;
  afterAll(() => backend.close());
  let folder: string;
  let flags: Flags;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flags-'));
    await say('{}');
    flags = await Flags.open({
      keys: ['broadcasts.accept'],
      config: { FLAGS_FILE: join(folder, 'flags.json') },
      logger: createLogger('broadcasts', 'silent'),
      metrics: createMetrics('broadcasts'),
      lookEveryMs: 20,
    });
  });
  afterAll(async () => {
    await flags.close();
    await rm(folder, { recursive: true });
  });
  const say = (content: string) => writeFile(join(folder, 'flags.json'), content);
  const routes = usePushRoutes((database, envelope) => {
    const logger = createLogger('broadcasts', 'silent');
    backend = openQueueBackend({ databaseUrl: routes.databaseUrl(), prefix: '{broadcasts}', logger });
    const parts = {
      cipher: new ContentCipher(database, envelope),
      credentials: new CredentialReader(envelope),
      composer: new Composer(new TemplateReader(database)),
      publisher: new Publisher(backend, logger),
      quotas: new Quotas(database, new QuotaLots(database, logger), { of: () => undefined, generation: 0 }),
    };
    const broadcasts = new Broadcasts({ database, ...parts, daysAhead: 400 });
    return [BroadcastsModule.with(broadcasts, new BroadcastDoor(database, flags))];
  });

  async function scheduled() {
    const app = await routes.makeApp();
    const key = await routes.makeKey(app.id, 'secret', ['notifications:read', 'notifications:write']);
    const call = <Body = BroadcastView>(method: string, path: string, body?: unknown) =>
      routes.call<Body>(method, `/v1/broadcasts${path}`, key, body);
    const { body } = await call<StartedAnswer>('POST', '', { ...SALE, options: { sendAt: TOMORROW } });
    return { call, steer: (how: string) => call(`POST`, `/${body.id}/${how}`) };
  }

  async function start({ id }: TestApp) {
    const key = await routes.makeKey(id, 'secret', ['notifications:write']);
    return routes.call<{ detail: string }>('POST', '/v1/broadcasts', key, SALE);
  }

  it('take no new ones of an app that a flag of another process stops, and say why', async () => {
    const [stopped, other] = [await routes.makeApp(), await routes.makeApp()];
    const apps = JSON.stringify({ [stopped.id]: { on: false, reason: 'not from here' } });
    await routes.database().query(
      `INSERT INTO flag_stance (process, flag, source, is_on, apps, until)
       VALUES ('another:1', 'broadcasts.accept', 'file', true, $1, now() + interval '2 min')`,
      [apps],
    );
    const { status, body } = await start(stopped);
    expect([status, body.detail]).toEqual([503, expect.stringContaining('(not from here)')]);
    expect((await start(other)).status).toBe(202);
    await routes.database().query(`UPDATE flag_stance SET until = now()`);
    expect((await start(stopped)).status).toBe(202);
  });

  it('take no new ones of an app that a flag stops, and say why', async () => {
    const [stopped, other] = [await routes.makeApp(), await routes.makeApp()];
    const changed = new Promise<void>((done) => flags.onChange(done));
    const off = { on: false, reason: 'too many at once' };
    await say(JSON.stringify({ 'broadcasts.accept': { apps: { [formatId('app', stopped.id)]: off } } }));
    await changed;
    const { status, body } = await start(stopped);
    expect([status, body.detail]).toEqual([503, expect.stringContaining('(too many at once)')]);
    expect((await start(other)).status).toBe(202);
  });

  it('take a wish twice that was said twice', async () => {
    const { steer } = await scheduled();
    for (const how of ['pause', 'pause'])
      expect(await steer(how)).toMatchObject({ status: 200, body: { state: 'paused' } });
    for (const how of ['resume', 'resume']) {
      expect(await steer(how)).toMatchObject({ status: 200, body: { state: 'scheduled' } });
    }
    for (const how of ['cancel', 'cancel']) {
      expect(await steer(how)).toMatchObject({
        status: 200,
        body: { state: 'cancelled', devices: { cancelled: null } },
      });
    }
    expect((await steer('pause')).status).toBe(409);
    expect((await steer('resume')).status).toBe(409);
  });

  it('refuse a filter with a time that no database knows', async () => {
    const { call } = await scheduled();
    const to = { filter: { device: 'lastSeenAt', before: '0000-01-01T00:00:00Z' } };
    const refused = await call<ProblemBody>('POST', '', { ...SALE, to });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/to/filter/before' }] } });
  });
});
