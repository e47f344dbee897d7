import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type DeviceView, formatId, newUuid, type RestoreAnswer } from '@signalbox/contracts';
import { eventually } from '@signalbox/testing';
import { type TestApp, usePushRoutes } from '../push-routes.harness.js';
import { DevicesModule } from './devices.module.js';

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors: { readonly pointer: string }[];
}

const routes = usePushRoutes((database, envelope, tokens) => [DevicesModule.with(database, envelope, tokens)]);
const sql = (text: string, params: readonly unknown[] = []) => routes.database().query(text, params);
const newToken = (): string => randomBytes(32).toString('hex');

const register = (app: TestApp, installation: string, token = newToken()) =>
  routes.call<DeviceView>('PUT', `/v1/devices/${installation}`, app.secret, {
    platform: 'ios',
    target: { kind: 'apns', token },
    environment: 'sandbox',
    bundleId: 'com.example.shop',
  });

/** As if a provider's answer had ended it. */
const end = (app: TestApp, installation: string, status = 'deleted', reason = 'Unregistered', by = 'provider') =>
  sql(
    `UPDATE device SET status = $3, status_reason = $4, status_by = $5, status_at = now() WHERE app_id = $1 AND installation_id = $2`,
    [app.id, installation, status, reason, by],
  );

async function statusesOf(app: TestApp): Promise<Record<string, string>> {
  const { rows } = await routes
    .database()
    .query<{ installation: string; status: string }>(
      'SELECT installation_id AS installation, status FROM device WHERE app_id = $1 ORDER BY installation_id',
      [app.id],
    );
  return Object.fromEntries(rows.map((row) => [row.installation, row.status]));
}
async function restoredIn(app: TestApp): Promise<string[]> {
  const { rows } = await routes.database().query<{ told: string }>(
    `SELECT concat_ws(' ', payload ->> 'installationId', payload ->> 'reason') AS told
     FROM event_log WHERE app_id = $1 AND type = 'device.restored' ORDER BY 1`,
    [app.id],
  );
  return rows.map((row) => row.told);
}

const WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

describe('putting one device back', () => {
  const restore = (key: string, installation: string, query = '') =>
    routes.call<DeviceView & Problem>('POST', `/v1/devices/${installation}/restore${query}`, key);

  it.each([
    ['deleted', 'Unregistered', 'provider'],
    ['suspect', 'BadDeviceToken', 'provider'],
    ['suspect', 'held: Unregistered', 'guard'],
  ])('that an answer made %s (%s, by the %s) makes it active, and tells one event however often', async (...ended) => {
    const app = await routes.makeApp();
    const { body: before } = await register(app, 'p');
    await end(app, 'p', ...ended);
    const { status, body } = await restore(app.secret, 'p');
    expect([status, body]).toEqual([200, { ...before, statusAt: expect.any(String) }]);
    expect((await restore(app.secret, 'p')).body).toEqual(body);
    expect(await restoredIn(app)).toEqual(['p undone']);
  });

  it('that a caller removed is refused, also when a provider had ended it before', async () => {
    const app = await routes.makeApp();
    await register(app, 'p');
    await end(app, 'p');
    await routes.call('DELETE', '/v1/devices/p', app.secret);
    const answer = await restore(app.secret, 'p');
    expect(answer).toMatchObject({ status: 409, body: { code: 'removed_by_caller' } });
    expect(answer.body.detail).toContain('PUT /v1/devices/p');
    expect(await statusesOf(app)).toEqual({ p: 'deleted' });
  });

  it.each(['registered by another installation', 'registered there and ended there as well'])(
    'whose target was since %s is refused, and the other one named',
    async (what) => {
      const app = await routes.makeApp();
      const token = newToken();
      await register(app, 'old', token);
      await end(app, 'old');
      await register(app, 'new', token);
      if (what.includes('ended')) await end(app, 'new');
      const answer = await restore(app.secret, 'old');
      expect(answer).toMatchObject({ status: 409, body: { code: 'target_moved' } });
      expect(answer.body.detail).toContain('the installation new');
      expect((await restore(app.secret, 'new')).status).toBe(200);
      expect(await statusesOf(app)).toEqual({ new: 'active', old: 'deleted' });
    },
  );

  it('that lost its target to another installation while it was live is refused', async () => {
    const app = await routes.makeApp();
    const token = newToken();
    await register(app, 'old', token);
    await register(app, 'new', token);
    expect(await restore(app.secret, 'old')).toMatchObject({ status: 409, body: { code: 'target_moved' } });
  });

  it('is for devices:write, and for operators who name the app', async () => {
    const [app, other] = [await routes.makeApp(), await routes.makeApp()];
    await register(app, 'p');
    await end(app, 'p');
    const appId = formatId('app', app.id);
    expect((await restore(app.publishable, 'p')).status).toBe(403);
    expect((await restore(await routes.makeKey(app.id, 'secret', ['devices:read']), 'p')).status).toBe(403);
    expect((await restore(other.secret, 'p')).status).toBe(404);
    expect((await restore(other.secret, 'p', `?appId=${appId}`)).status).toBe(404);
    expect(await restore(routes.operatorToken, 'p')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/appId' }] },
    });
    expect((await restore(routes.operatorToken, 'p', `?appId=${appId}`)).status).toBe(200);
  });
});

describe('putting many devices back', () => {
  const restore = (key: string, body: object) =>
    routes.call<RestoreAnswer & Problem>('POST', '/v1/devices/restore', key, body);
  const hourAgo = (): string => new Date(Date.now() - 3_600_000).toISOString();

  it('restores what providers ended in that time, skips what moved, and leaves alone what callers removed', async () => {
    const app = await routes.makeApp();
    const token = newToken();
    for (const installation of ['gone', 'held', 'suspect', 'earlier', 'removed']) await register(app, installation);
    await register(app, 'moved', token);
    await end(app, 'gone');
    await end(app, 'held', 'suspect', 'held: Unregistered', 'guard');
    await end(app, 'suspect', 'suspect', 'BadDeviceToken');
    await end(app, 'earlier');
    await sql(
      `UPDATE device SET status_at = now() - interval '2 hours' WHERE app_id = $1 AND installation_id = 'earlier'`,
      [app.id],
    );
    await end(app, 'moved');
    await register(app, 'heir', token);
    await routes.call('DELETE', '/v1/devices/removed', app.secret);

    const answer = await restore(app.secret, { endedAfter: hourAgo() });
    expect(answer).toMatchObject({ status: 200, body: { restored: 3, skipped: 1, left: 0 } });
    expect(await statusesOf(app)).toEqual({
      earlier: 'deleted',
      gone: 'active',
      heir: 'active',
      held: 'active',
      moved: 'deleted',
      removed: 'deleted',
      suspect: 'active',
    });
    expect((await restore(app.secret, { endedAfter: hourAgo() })).body).toEqual({ restored: 0, skipped: 1, left: 0 });
    expect(await restoredIn(app)).toEqual(['gone undone', 'held undone', 'suspect undone']);
  });

  it('restores by time, provider and reason, the reason also of what was held or confirmed', async () => {
    const app = await routes.makeApp();
    for (const installation of ['a', 'b', 'c', 'd', 'e']) await register(app, installation);
    await end(app, 'a', 'deleted', 'Unregistered');
    await end(app, 'b', 'suspect', 'held: confirmed: Unregistered', 'guard');
    await end(app, 'c', 'deleted', 'confirmed: BadDeviceToken');
    await end(app, 'd', 'deleted', 'UNREGISTERED');
    await end(app, 'e', 'suspect', 'status 403');
    const kind = 'UPDATE device SET target_kind = $3 WHERE app_id = $1 AND installation_id = $2';
    await sql(kind, [app.id, 'd', 'fcm_token']);
    await sql(kind, [app.id, 'e', 'webpush']);
    const endedAfter = hourAgo();
    const only = async (filter: object) => (await restore(app.secret, { endedAfter, ...filter })).body.restored;
    expect(await only({ endedBefore: new Date(Date.now() - 60_000).toISOString() })).toBe(0);
    expect(await only({ provider: 'apns', reason: 'UNREGISTERED' })).toBe(0);
    expect(await only({ provider: 'fcm' })).toBe(1);
    expect(await only({ provider: 'webpush', reason: 'status 403' })).toBe(1);
    expect(await only({ reason: 'Unregistered' })).toBe(2);
    expect(await statusesOf(app)).toEqual({ a: 'active', b: 'active', c: 'deleted', d: 'active', e: 'active' });
  });

  it('stops at the limit, says how many are left, and goes on where some can never be restored', async () => {
    const app = await routes.makeApp();
    const token = newToken();
    await register(app, 'moved', token);
    await end(app, 'moved');
    await register(app, 'heir', token);
    for (let phone = 0; phone < 5; phone += 1) {
      await register(app, `p${phone}`);
      await end(app, `p${phone}`);
    }
    const answers = [];
    for (let round = 0; round < 3; round += 1)
      answers.push((await restore(app.secret, { endedAfter: hourAgo(), limit: 2 })).body);
    expect(answers).toEqual([
      { restored: 2, skipped: 1, left: 3 },
      { restored: 2, skipped: 1, left: 1 },
      { restored: 1, skipped: 1, left: 0 },
    ]);
  });

  it('restores more than one slice, of equal times as well', async () => {
    const app = await routes.makeApp();
    await sql(
      `INSERT INTO device (id, app_id, installation_id, platform, target_kind, target, environment, status, status_reason, status_by, status_at)
       SELECT gen_random_uuid(), $1, 'p' || n, 'ios', 'apns', 'token-' || n, 'sandbox', 'deleted', 'Unregistered', 'provider', now()
       FROM generate_series(1, 1201) AS n`,
      [app.id],
    );
    expect((await restore(app.secret, { endedAfter: hourAgo() })).body).toEqual({
      restored: 1201,
      skipped: 0,
      left: 0,
    });
    expect(await restoredIn(app)).toHaveLength(1201);
  });

  it.each(['one', 'many'])(
    'leaves one live registration when a target is registered and restored (%s) at once',
    async (how) => {
      const app = await routes.makeApp();
      const token = newToken();
      await register(app, 'old', token);
      await end(app, 'old');
      const { answers } = await routes.database().transaction(async (tx) => {
        // Restoring stops here, before it looks where the target is now.
        await tx.query(`SELECT 1 FROM device WHERE app_id = $1 FOR UPDATE`, [app.id]);
        const restoring =
          how === 'many'
            ? restore(app.secret, { endedAfter: hourAgo() })
            : routes.call('POST', '/v1/devices/old/restore', app.secret);
        await eventually(async () => (await sql(WAITING)).rowCount === 1);
        let isRegistered = false;
        const registering = register(app, 'new', token).finally(() => (isRegistered = true));
        await eventually(async () => isRegistered || (await sql(WAITING)).rowCount === 2);
        return { answers: Promise.all([restoring, registering]) };
      });
      expect((await answers).map((each) => each.status)).toEqual([200, 201]);
      expect(await statusesOf(app)).toEqual({ new: 'active', old: 'deleted' });
    },
  );

  it.each([
    ['no time', {}, '/endedAfter'],
    ['no time zone', { endedAfter: '2026-11-26T10:00:00' }, '/endedAfter'],
    [
      'an end before its beginning',
      { endedAfter: '2026-11-26T10:00:00Z', endedBefore: '2026-11-26T10:00:00+02:00' },
      '/endedBefore',
    ],
    ['too many', { endedAfter: '2026-11-26T10:00:00Z', limit: 10_001 }, '/limit'],
    ['an unknown provider', { endedAfter: '2026-11-26T10:00:00Z', provider: 'sms' }, '/provider'],
    ['an unknown field', { endedAfter: '2026-11-26T10:00:00Z', all: true }, '/all'],
  ])('refuses %s and names the field', async (_what, body, pointer) => {
    const { secret } = await routes.makeApp();
    const answer = await restore(secret, body);
    expect([answer.status, answer.body.errors]).toEqual([422, [expect.objectContaining({ pointer })]]);
  });

  it('is for devices:write inside its own app, and for operators who name the app', async () => {
    const [app, other] = [await routes.makeApp(), await routes.makeApp()];
    await register(app, 'p');
    await end(app, 'p');
    const body = { endedAfter: hourAgo() };
    const appId = formatId('app', app.id);
    expect((await restore(app.publishable, body)).status).toBe(403);
    expect((await restore(other.secret, { ...body, appId })).status).toBe(404);
    expect((await restore(other.secret, body)).body.restored).toBe(0);
    expect(await restore(routes.operatorToken, body)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/appId' }] },
    });
    expect((await restore(routes.operatorToken, { ...body, appId: formatId('key', newUuid()) })).status).toBe(404);
    expect((await restore(routes.operatorToken, { ...body, appId })).body.restored).toBe(1);
  });
});
