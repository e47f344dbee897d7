import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseId } from '@signalbox/contracts';
import { eventually, type RunningProcess, startProcess, usePostgres, useRedis } from '@signalbox/testing';
import { violations } from './invariant.js';
import { type Stack, startStack, type TestApp } from './stack.js';

const APNS = { kind: 'apns', platform: 'ios', dead: 'deaddead' };
const FCM = { kind: 'fcm_token', platform: 'android', dead: 'deaddead' };
/** What a guard without a history lets pass. */
const ALLOWED = 100;

/**
 * Providers that call everything dead: rightly or not, a storm of it must not empty the registry, and what it did must
 * be undone with one call. Two push processes, so that the guard has to be exact over both.
 */
describe('a storm of answers', () => {
  let stack: Stack;
  let second: RunningProcess;
  afterAll(async () => {
    await second.stop();
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();
  const redis = useRedis();
  const sql = <Row>(text: string, params: readonly unknown[]) => postgres.database().query<Row>(text, params);

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl: redis.url() });
    second = await startProcess({
      entry: 'apps/push/dist/main.js',
      env: { ...stack.env, PUSH_ROLES: 'route,apns,fcm', PORT: '0' },
      ready: { line: (line) => line.includes('push is ready') },
    });
  }, 60_000);

  /** Inserted, not registered over HTTP: this is about what becomes of them. */
  const insert = (app: TestApp, count: number, { kind, platform, dead }: typeof APNS) =>
    sql(
      `INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, bundle_id, status)
       SELECT gen_random_uuid(), $1, 'phone-' || n, 'everyone', $2, $3, $4 || lpad(to_hex(n), 56, '0'), 'sandbox', 'com.example.app', 'active'
       FROM generate_series(1, $5) AS n`,
      [parseId('app', app.id), platform, kind, dead, count],
    );
  const call = (app: TestApp, method: string, path: string, body?: object) =>
    stack.call(method, `${stack.urls.push}${path}`, { key: app.secretKey, ...(body && { body }) });
  const asOperator = (method: string, path: string, body?: object) =>
    stack.call(method, `${stack.urls.push}${path}`, { key: stack.env['OPERATOR_TOKEN']!, ...(body && { body }) });

  async function notifyAll(app: TestApp): Promise<string> {
    const request = { to: { userId: 'everyone' }, content: { body: 'x' }, options: { priority: 'bulk' } };
    const { body } = await call(app, 'POST', '/v1/notifications', request);
    return body.id as string;
  }
  async function statuses(app: TestApp): Promise<Record<string, number>> {
    const { rows } = await sql<{ what: string; count: number }>(
      `SELECT concat_ws(' ', status, status_by) AS what, count(*)::int AS count FROM device WHERE app_id = $1 GROUP BY 1`,
      [parseId('app', app.id)],
    );
    return Object.fromEntries(rows.map((row) => [row.what, row.count]));
  }
  const eventsOf = async (app: TestApp, type: string): Promise<number> =>
    (await sql('SELECT 1 FROM event_log WHERE app_id = $1 AND type = $2', [parseId('app', app.id), type])).rowCount;
  const guardOf = async (app: TestApp) =>
    (await asOperator('GET', '/v1/deletion-guards')).body.guards.find(
      (guard: { appId: string }) => guard.appId === app.id,
    ) as { credentialId: string; held: number } | undefined;
  const metrics = async (): Promise<string> => (await fetch(`${stack.urls.push}/metrics`)).text();

  it('410 for ten thousand iPhones deletes a hundred and holds the rest; undoing restores them all', async () => {
    const { app } = stack;
    const count = 10_000;
    await insert(app, count, APNS);
    const begun = new Date().toISOString();
    const id = await notifyAll(app);
    await eventually(async () => expect(await eventsOf(app, 'delivery.gone')).toBe(count), {
      within: 40_000,
      every: 250,
    });
    expect(await statuses(app)).toEqual({ 'deleted provider': ALLOWED, 'suspect guard': count - ALLOWED });
    expect((await call(app, 'GET', `/v1/notifications/${id}`)).body.deliveries).toEqual({ gone: count });

    expect(await eventsOf(app, 'deletion_guard.tripped')).toBe(1);
    expect(await guardOf(app)).toMatchObject({ held: count - ALLOWED });
    await eventually(async () => expect(await metrics()).toMatch(/^deletion_guards_tripped\{.*\} 1$/m), {
      within: 8_000,
    });

    const restore = () => call(app, 'POST', '/v1/devices/restore', { endedAfter: begun });
    expect((await restore()).body).toEqual({ restored: count, skipped: 0, left: 0 });
    expect(await statuses(app)).toEqual({ active: count });
    expect((await restore()).body).toEqual({ restored: 0, skipped: 0, left: 0 });
  }, 60_000);

  it('404 UNREGISTERED for a thousand Android phones does the same, and an operator keeps them with one call', async () => {
    const app = await stack.createApp('android');
    const count = 1_000;
    await insert(app, count, FCM);
    await notifyAll(app);
    await eventually(async () => expect(await eventsOf(app, 'delivery.gone')).toBe(count), {
      within: 20_000,
      every: 100,
    });
    expect(await statuses(app)).toEqual({ 'deleted provider': ALLOWED, 'suspect guard': count - ALLOWED });
    const { credentialId } = (await guardOf(app))!;
    const released = await asOperator('POST', `/v1/deletion-guards/${credentialId}/release`, { verdict: 'keep' });
    expect(released.body).toEqual({ devices: count - ALLOWED });
    expect(await statuses(app)).toEqual({ active: count - ALLOWED, 'deleted provider': ALLOWED });
    expect(await guardOf(app)).toBeUndefined();
  }, 30_000);

  it.each([
    ['403 of IAM', 'e403e403'],
    ['404 without details', 'e404e404'],
  ])('%s deletes nothing and holds the credential', async (name, dead) => {
    const app = await stack.createApp(name);
    await insert(app, 300, { ...FCM, dead });
    const id = await notifyAll(app);
    await eventually(async () => expect((await call(app, 'GET', '/v1/holds')).body.holds).toHaveLength(1));
    expect(await statuses(app)).toEqual({ active: 300 });
    expect((await call(app, 'GET', `/v1/notifications/${id}`)).body).toMatchObject({
      status: 'sending',
      deliveries: { pending: 300 },
    });
  });

  it('and nothing is lost in any of them', async () => {
    expect(await violations(postgres.database())).toEqual([]);
  });
});
