import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SyntheticCheckView } from '@signalbox/contracts';
import { eventually, usePostgres } from '@signalbox/testing';
import { goodToken, type Stack, startStack } from './stack.js';

/** Seconds between two looks whether a check is due, with room. */
const SOON = { within: 15_000, every: 200 };

describe('checks of credentials by the clock', () => {
  let stack: Stack;
  let folder: string;
  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true });
  }, 30_000);
  const postgres = usePostgres();
  const token = goodToken();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flags-'));
    await sayFlags({});
    const pushEnv = { SYNTHETIC_CHECK_SECONDS: '3600', FLAGS_FILE: join(folder, 'flags.json') };
    stack = await startStack({ databaseUrl: postgres.url(), pushEnv });
    await stack.registerDevice(stack.app, { installation: 'test-phone', user: 'nobody-in-particular', token });
  }, 60_000);

  /** As a whole, as whoever mounts it does. */
  async function sayFlags(content: object): Promise<void> {
    await writeFile(join(folder, 'next.json'), JSON.stringify(content));
    await rename(join(folder, 'next.json'), join(folder, 'flags.json'));
  }
  const asOperator = (method: string, path: string, body?: object) =>
    stack.call(method, `${stack.urls.push}/v1/synthetic-checks${path}`, {
      key: stack.env.OPERATOR_TOKEN!,
      ...(body && { body }),
    });
  const checkOf = async (provider: string): Promise<SyntheticCheckView> => {
    const { checks } = (await asOperator('GET', '')).body as { checks: SyntheticCheckView[] };
    return checks.find((each) => each.provider === provider)!;
  };
  /** Has it tried, and answers what came of it. */
  const tryNow = async (provider: string): Promise<SyntheticCheckView> => {
    const before = await checkOf(provider);
    expect((await asOperator('POST', `/${before.credentialId}/now`)).status).toBe(202);
    return eventually(async () => {
      const check = await checkOf(provider);
      expect(check.checkedAt).not.toBe(before.checkedAt);
      return check;
    }, SOON);
  };
  const behave = (behaviour: object | undefined) =>
    stack.call(
      behaviour ? 'PUT' : 'DELETE',
      `${stack.urls.control}/v1/apns/behaviour`,
      behaviour && { body: behaviour },
    );
  const count = async (table: string): Promise<number> => {
    const { rows } = await postgres.database().query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    return rows[0]!.n;
  };
  const metric = async (name: string): Promise<string[]> =>
    (await (await fetch(`${stack.urls.push}/metrics`)).text()).split('\n').filter((line) => line.startsWith(name));

  it('find that Apple and Google take them, before anybody is sent anything', async () => {
    await eventually(async () => {
      expect(await checkOf('apns')).toMatchObject({ verdict: 'works', deviceId: null });
      expect(await checkOf('fcm')).toMatchObject({ verdict: 'works' });
    }, SOON);
    expect((await checkOf('apns')).results[0]!.said).toContain('BadDeviceToken');
    expect((await checkOf('fcm')).results[0]!.said).toContain('fake_message_id');
    expect(stack.received().filter((push) => push.token === token)).toEqual([]);
  });

  it('go to the test device that is named, show nothing there, and leave neither notification nor delivery', async () => {
    const { credentialId } = await checkOf('apns');
    const { body } = await stack.push_('GET', '/v1/devices/test-phone');
    const before = [await count('delivery'), await count('push_work'), await count('notification_tally')];
    const events = await count('event_log');
    expect((await asOperator('PUT', `/${credentialId}/device`, { deviceId: body.id })).status).toBe(204);
    await eventually(async () => expect((await checkOf('apns')).results[0]!.of).toContain('test device'), SOON);
    const sent = stack.received().filter((push) => push.token === token);
    expect(sent).toMatchObject([
      {
        headers: { 'apns-push-type': 'background', 'apns-priority': '5' },
        payload: { aps: { 'content-available': 1 } },
      },
    ]);
    expect(sent[0]!.payload.aps).not.toHaveProperty('alert');
    expect([await count('delivery'), await count('push_work'), await count('notification_tally')]).toEqual(before);
    expect(await count('event_log')).toBe(events);
  });

  it('refuse a device of another app, or of another provider', async () => {
    const other = await stack.createApp('other');
    await stack.registerDevice(other, { installation: 'theirs', user: 'them', token: goodToken() });
    const theirs = await stack.call('GET', `${stack.urls.push}/v1/devices/theirs`, { key: other.secretKey });
    const { credentialId } = await checkOf('fcm');
    const own = await stack.push_('GET', '/v1/devices/test-phone');
    for (const deviceId of [theirs.body.id, own.body.id, 'dev_nonsense']) {
      expect((await asOperator('PUT', `/${credentialId}/device`, { deviceId })).status).toBe(404);
    }
  });

  it('tell of a key that is refused, hold it as its answer to a message would, and let go of it again as its probe', async () => {
    await behave({ reason: 'InvalidProviderToken', status: 403 });
    const refused = await tryNow('apns');
    expect(refused).toMatchObject({ verdict: 'refused', results: [{ said: '403 InvalidProviderToken' }, {}, {}] });
    expect(await count('hold')).toBe(1);
    await eventually(
      async () => expect((await metric('synthetic_check_success')).join('\n')).toMatch(/apns.* 0$/m),
      SOON,
    );
    await behave(undefined);
    // As if its five minutes were over.
    await postgres.database().query('UPDATE hold SET until = now()');
    expect(await tryNow('apns')).toMatchObject({ verdict: 'works' });
    expect(await count('hold')).toBe(0);
  });

  it('wait for a hold, and for a flag of their own process whatever holds there are, and count what hangs as unreachable', async () => {
    await postgres.database().query(
      `INSERT INTO hold (credential_id, lane, until, reason, scope)
       SELECT id, '*', now() + interval '1 h', 'test', 'credential' FROM credential WHERE provider = 'apns'
       AND app_id = (SELECT app_id FROM device WHERE installation_id = 'test-phone')`,
    );
    await sayFlags({ 'push.fcm': false });
    await eventually(async () => expect(await count('flag_stance')).toBe(1), SOON);
    // As if what it said had run out long ago, while Postgres was away.
    await postgres.database().query(`DELETE FROM hold WHERE lane = 'flag'`);
    const { credentialId, checkedAt } = await checkOf('apns');
    const google = await checkOf('fcm');
    for (const id of [credentialId, google.credentialId]) await asOperator('POST', `/${id}/now`);
    await eventually(async () => {
      const [ofApple, ofGoogle] = [await checkOf('apns'), await checkOf('fcm')];
      expect(Date.parse(ofApple.dueAt!) - Date.now()).toBeGreaterThan(1_800_000);
      expect(Date.parse(ofGoogle.dueAt!) - Date.now()).toBeGreaterThan(5_000);
    }, SOON);
    expect([(await checkOf('apns')).checkedAt, (await checkOf('fcm')).checkedAt]).toEqual([
      checkedAt,
      google.checkedAt,
    ]);
    await sayFlags({});
    await eventually(async () => expect(await count('flag_stance')).toBe(0), SOON);
    await postgres.database().query('DELETE FROM hold');
    await behave({ hang: true });
    expect(await tryNow('apns')).toMatchObject({ verdict: 'unreachable' });
    await behave(undefined);
    expect(await tryNow('apns')).toMatchObject({ verdict: 'works' });
  }, 90_000);
});
