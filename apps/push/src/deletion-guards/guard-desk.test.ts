import { beforeEach, describe, expect, it } from '@jest/globals';
import { type DeletionGuardsAnswer, formatId, newUuid, type ReleaseAnswer, type Uuid } from '@signalbox/contracts';
import { type TestApp, usePushRoutes } from '../push-routes.harness.js';
import { DeletionGuardsModule } from './deletion-guards.module.js';

interface Problem {
  readonly detail: string;
  readonly errors: { readonly pointer: string }[];
}

describe('deletion guards, as operators see them', () => {
  const routes = usePushRoutes((database) => [DeletionGuardsModule.with(database)]);
  const sql = (text: string, params: readonly unknown[] = []) => routes.database().query(text, params);
  let app: TestApp;
  let credential: Uuid;

  beforeEach(async () => {
    await sql('DELETE FROM deletion_guard');
    await sql('DELETE FROM device');
    app = await routes.makeApp();
    credential = await makeCredential(app);
  });

  async function makeCredential(of: TestApp): Promise<Uuid> {
    const id = newUuid();
    await sql(
      `INSERT INTO credential (id, app_id, provider, version, sealed, summary) VALUES ($1, $2, 'apns', 1, '\\x00', '{}')`,
      [id, of.id],
    );
    return id;
  }
  const tripped = (id: Uuid) =>
    sql(
      `INSERT INTO deletion_guard (credential_id, app_id, provider, allowance, tripped_at) VALUES ($1, $2, 'apns', 0.5, now())`,
      [id, app.id],
    );
  const held = (id: Uuid, count: number) =>
    sql(
      `INSERT INTO device (id, app_id, installation_id, platform, target_kind, target, environment, status, status_reason, status_by,
         status_credential_id)
       SELECT gen_random_uuid(), $1, $2::uuid::text || n, 'ios', 'apns', 'token-' || n, 'sandbox', 'suspect', 'held: Unregistered', 'guard', $2::uuid
       FROM generate_series(1, $3) AS n`,
      [app.id, id, count],
    );
  const list = (key = routes.operatorToken) =>
    routes.call<DeletionGuardsAnswer & Problem>('GET', '/v1/deletion-guards', key);
  const release = (id: string, body: object, key = routes.operatorToken) =>
    routes.call<ReleaseAnswer & Problem>('POST', `/v1/deletion-guards/${id}/release`, key, body);
  const statuses = async (id = credential) =>
    (
      await sql(
        `SELECT DISTINCT status, status_reason AS reason, status_by AS by FROM device WHERE starts_with(installation_id, $1) ORDER BY 1`,
        [id],
      )
    ).rows;
  const events = async () =>
    (
      await sql(
        `SELECT type, coalesce(payload ->> 'reason', payload ->> 'verdict') AS why, count(*)::int AS count FROM event_log
         WHERE app_id = $1 GROUP BY 1, 2 ORDER BY 1`,
        [app.id],
      )
    ).rows;

  it('are listed when they are tripped, with what they hold', async () => {
    await tripped(credential);
    await held(credential, 3);
    await held(await makeCredential(await routes.makeApp()), 2);
    expect((await list()).body.guards).toEqual([
      {
        credentialId: formatId('credential', credential),
        appId: formatId('app', app.id),
        provider: 'apns',
        trippedAt: expect.any(String),
        openUntil: null,
        held: 3,
      },
    ]);
  });

  it('let the devices be deleted as the provider said, and begin anew', async () => {
    await tripped(credential);
    await held(credential, 501);
    const id = formatId('credential', credential);
    expect(await release(id, { verdict: 'delete' })).toMatchObject({ status: 200, body: { devices: 501 } });
    expect(await statuses()).toEqual([{ status: 'deleted', reason: 'Unregistered', by: 'provider' }]);
    expect(await events()).toEqual([
      { type: 'deletion_guard.released', why: 'delete', count: 1 },
      { type: 'device.removed', why: 'Unregistered', count: 501 },
    ]);
    expect((await list()).body.guards).toEqual([]);
    expect((await sql('SELECT allowance FROM deletion_guard')).rows).toEqual([{ allowance: 100 }]);
    expect((await release(id, { verdict: 'delete' })).body).toEqual({ devices: 0 });
  });

  it('make the devices active again when the provider was wrong, those of other credentials not', async () => {
    const other = await makeCredential(await routes.makeApp());
    await tripped(credential);
    await held(credential, 2);
    await held(other, 1);
    expect((await release(formatId('credential', credential), { verdict: 'keep' })).body).toEqual({ devices: 2 });
    expect(await statuses()).toEqual([{ status: 'active', reason: null, by: null }]);
    expect(await statuses(other)).toEqual([{ status: 'suspect', reason: 'held: Unregistered', by: 'guard' }]);
    expect(await events()).toEqual([
      { type: 'deletion_guard.released', why: 'keep', count: 1 },
      { type: 'device.restored', why: 'kept', count: 2 },
    ]);
  });

  it('can be opened for a while, also before anything happened', async () => {
    const id = formatId('credential', credential);
    expect((await release(id, { verdict: 'delete', openForHours: 24 })).body).toEqual({ devices: 0 });
    const [guard] = (await list()).body.guards;
    expect(guard).toMatchObject({ credentialId: id, trippedAt: null });
    expect(Math.round((Date.parse(guard!.openUntil!) - Date.now()) / 60_000)).toBe(24 * 60);
    await release(id, { verdict: 'delete' });
    expect((await list()).body.guards).toEqual([]);
  });

  it.each([
    ['no verdict', {}, '/verdict'],
    ['another verdict', { verdict: 'maybe' }, '/verdict'],
    ['too long a time', { verdict: 'delete', openForHours: 169 }, '/openForHours'],
  ])('refuse %s and name the field', async (_what, body, pointer) => {
    const answer = await release(formatId('credential', credential), body);
    expect([answer.status, answer.body.errors]).toEqual([422, [expect.objectContaining({ pointer })]]);
  });

  it('do not exist for credentials that do not', async () => {
    for (const id of [formatId('credential', newUuid()), formatId('app', app.id), 'x'])
      expect((await release(id, { verdict: 'keep' })).status).toBe(404);
  });

  it('are for the operator only', async () => {
    const id = formatId('credential', credential);
    expect((await list(app.secret)).status).toBe(403);
    expect((await release(id, { verdict: 'keep' }, app.secret)).status).toBe(403);
    expect((await routes.call('GET', '/v1/deletion-guards', undefined)).status).toBe(401);
  });
});
