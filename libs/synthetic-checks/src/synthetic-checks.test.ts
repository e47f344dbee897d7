import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually, usePostgres } from '@signalbox/testing';
import { CheckBook } from './check-book.js';
import type { CheckEnd, DueCheck } from './check-end.js';
import { SyntheticChecks } from './synthetic-checks.js';

const WORKS: CheckEnd = { kind: 'tried', tried: { of: 'a key', verdict: 'works', said: 'yes' } };
const REFUSED: CheckEnd = { kind: 'tried', tried: { of: 'a key', verdict: 'refused', said: '403 Forbidden' } };

describe('a synthetic check', () => {
  const postgres = usePostgres();
  const sql = async <Row>(text: string, params: unknown[] = []) =>
    (await postgres.database().query<Row>(text, params)).rows;
  const book = () => new CheckBook(postgres.database());

  beforeEach(async () => {
    await sql('DELETE FROM synthetic_check');
    await sql('DELETE FROM credential');
  });

  async function makeCredential(provider: string): Promise<Uuid> {
    const [id, app] = [newUuid(), newUuid()];
    await sql(`INSERT INTO app (id, name, mode) VALUES ($1, 'a', 'test')`, [app]);
    await sql(
      `INSERT INTO credential (id, app_id, provider, version, sealed, summary) VALUES ($1, $2, $3, 1, '\\x00', '{}')`,
      [id, app, provider],
    );
    return id;
  }

  /** One process that tries credentials of Apple's; `metrics` is what it tells Prometheus. */
  function processOf(check: (due: DueCheck) => Promise<CheckEnd>) {
    const metrics = createMetrics('test');
    const logger = createLogger('test', 'silent', { write: () => undefined });
    const database = postgres.database();
    const checks = new SyntheticChecks({
      ...{ database, logger, metrics, check },
      providers: ['apns'],
      everySeconds: 300,
    });
    const figure = async (name: string) => (await metrics.registry.getSingleMetric(name)!.get()).values;
    return { checks, figure };
  }

  /** One look of one process. */
  async function look(check: (due: DueCheck) => Promise<CheckEnd>) {
    const process = processOf(check);
    process.checks.start();
    await process.checks.stop();
    return process;
  }
  const makeDue = () => sql(`UPDATE synthetic_check SET due_at = now() - interval '1 s'`);
  const only = async () => {
    const checks = await book().list();
    expect(checks).toHaveLength(1);
    return checks[0]!;
  };

  it('is made by one of many processes, once, however many look', async () => {
    await makeCredential('apns');
    let calls = 0;
    const slow = Promise.withResolvers<CheckEnd>();
    const processes = Array.from({ length: 6 }, () => processOf(() => ((calls += 1), slow.promise)));
    for (const { checks } of processes) checks.start();
    await eventually(async () => expect(calls).toBe(1));
    slow.resolve(WORKS);
    await Promise.all(processes.map(({ checks }) => checks.stop()));
    expect(calls).toBe(1);
    expect((await only()).results).toHaveLength(1);
  });

  it('that hangs is left to another process when its own stops', async () => {
    await makeCredential('apns');
    const asked = Promise.withResolvers<void>();
    const { checks } = processOf(() => (asked.resolve(), new Promise(() => undefined)));
    checks.start();
    await asked.promise;
    await checks.stop();
    await look(() => Promise.resolve(WORKS));
    expect(await only()).toMatchObject({ verdict: 'works' });
  });

  it('is left to those who speak to its provider', async () => {
    await makeCredential('stripe');
    await look(() => Promise.reject(new Error('asked')));
    expect((await only()).verdict).toBeNull();
  });

  it('says since when it fails and when it was well, and Prometheus hears of it', async () => {
    const id = await makeCredential('apns');
    await look(() => Promise.resolve(WORKS));
    const well = await only();
    await makeDue();
    await look(() => Promise.resolve(REFUSED));
    const { since } = await only();
    await makeDue();
    const { figure } = await look(() => Promise.resolve(REFUSED));
    expect(await only()).toMatchObject({
      verdict: 'refused',
      since,
      wellAt: well.wellAt,
      results: [{ said: '403 Forbidden' }, { verdict: 'refused' }, { verdict: 'works' }],
    });
    const labels = { provider: 'apns', credential: formatId('credential', id) };
    expect(await figure('synthetic_check_success')).toMatchObject([{ value: 0, labels }]);
    expect((await figure('synthetic_check_age_seconds'))[0]!.value).toBeLessThan(60);
  });

  it('comes again between half a period and one and a half, and a new version at once', async () => {
    const id = await makeCredential('apns');
    await look(() => Promise.resolve(WORKS));
    const [wait] = await sql<{ seconds: number }>(
      'SELECT extract(epoch FROM due_at - checked_at)::float8 AS seconds FROM synthetic_check',
    );
    expect(wait!.seconds).toBeGreaterThanOrEqual(150);
    expect(wait!.seconds).toBeLessThanOrEqual(450);
    await look(() => Promise.resolve(REFUSED));
    expect((await only()).verdict).toBe('works');
    await sql('UPDATE credential SET version = 2, updated_at = now() WHERE id = $1', [id]);
    await look(() => Promise.resolve(REFUSED));
    expect((await only()).verdict).toBe('refused');
  });

  it('keeps the last twenty results, the newest first', async () => {
    await makeCredential('apns');
    for (let turn = 0; turn < 23; turn += 1) {
      await look(() => Promise.resolve({ kind: 'tried', tried: { ...WORKS.tried, said: `${turn}` } }));
      await makeDue();
    }
    const { results } = await only();
    expect(results.map(({ said }) => said)).toEqual(Array.from({ length: 20 }, (_, turn) => `${22 - turn}`));
  });

  it('that is put off, or that fails here, says nothing of the provider and comes later', async () => {
    await makeCredential('apns');
    await look(() => Promise.resolve({ kind: 'postponed', ms: 90_000, reason: 'hold' }));
    await look(() => Promise.resolve(REFUSED));
    expect((await only()).verdict).toBeNull();
    await makeDue();
    await look(() => Promise.reject(new Error('our fault')));
    expect(await only()).toMatchObject({ verdict: null, results: [] });
  });

  it('that nobody can make is told of as overdue all the while', async () => {
    await makeCredential('apns');
    await look(() => Promise.resolve(WORKS));
    await sql(`UPDATE synthetic_check SET due_at = now() - interval '20 min'`);
    const { checks, figure } = processOf(() => Promise.resolve(WORKS));
    await postgres.database().transaction(async (tx) => {
      await tx.query('LOCK TABLE synthetic_check IN SHARE MODE');
      checks.start();
      await eventually(
        async () => expect((await figure('synthetic_check_overdue_seconds'))[0]!.value).toBeGreaterThan(1_000),
        { within: 9_000 },
      );
    });
    await checks.stop();
    expect((await figure('synthetic_check_overdue_seconds'))[0]!.value).toBe(0);
  });

  it('of a process that comes back after its lease writes nothing over the one that took its place', async () => {
    await makeCredential('apns');
    const slow = Promise.withResolvers<CheckEnd>();
    const asked = Promise.withResolvers<void>();
    let calls = 0;
    // It looks several times at once: where another of its looks takes the place, that one is answered, too.
    const late = processOf(() => ((calls += 1) > 1 ? Promise.resolve(WORKS) : (asked.resolve(), slow.promise)));
    late.checks.start();
    await asked.promise;
    await sql(`UPDATE synthetic_check SET lease_until = now() - interval '1 s'`);
    await look(() => Promise.resolve(WORKS));
    slow.resolve(REFUSED);
    await late.checks.stop();
    expect(await only()).toMatchObject({ verdict: 'works', results: [{ verdict: 'works' }] });
  });

  it('is due now when somebody wishes, and goes to no device but one of its own app and provider', async () => {
    const id = await makeCredential('apns');
    await look(() => Promise.resolve(WORKS));
    expect([await book().wish(id), await book().wish(newUuid())]).toEqual([true, false]);
    const [{ app_id: app }] = (await sql<{ app_id: Uuid }>('SELECT app_id FROM credential')) as [{ app_id: Uuid }];
    const phone = async (appId: Uuid, kind: string): Promise<Uuid> => {
      const device = newUuid();
      await sql(
        `INSERT INTO device (id, app_id, installation_id, platform, target_kind, target, environment, status)
         VALUES ($1, $2, $3, 'ios', $4, $3, 'production', 'active')`,
        [device, appId, formatId('device', device), kind],
      );
      return device;
    };
    expect(await book().name(id, await phone(newUuid(), 'apns'))).toBe(false);
    expect(await book().name(id, await phone(app, 'fcm_token'))).toBe(false);
    const own = await phone(app, 'apns');
    expect(await book().name(id, own)).toBe(true);
    let told: DueCheck | undefined;
    await look((due) => ((told = due), Promise.resolve(WORKS)));
    expect(told?.deviceId).toBe(own);
    expect(await book().name(id, null)).toBe(true);
    expect((await only()).deviceId).toBeNull();
  });
});
