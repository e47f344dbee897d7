import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BroadcastView, newUuid, parseId } from '@signalbox/contracts';
import { BROADCAST_CRASH_POINTS } from '@signalbox/resilience';
import { eventually, usePostgres } from '@signalbox/testing';
import { arm, type Armed } from './arm.js';
import { violations } from './invariant.js';
import { goodToken, type Stack, startStack } from './stack.js';

const KILLS = BROADCAST_CRASH_POINTS.flatMap((point) => ['before', 'after'].map((side) => `${point}:${side}`));
const AT_THE_DOOR = KILLS.filter((at) => at.startsWith('broadcast.start'));
const ON_THE_WAY = KILLS.filter((at) => !AT_THE_DOOR.includes(at));
const PHONES = 500;

/** Whoever takes a broadcast on, or further, kills itself before and after every await of that. */
describe('a broadcast whose processes are killed at every point of its way', () => {
  let stack: Stack;
  const children = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();

  beforeAll(async () => {
    // The stack's own push process only takes on; who takes further, and dies, is started for each kill.
    stack = await startStack({ databaseUrl: postgres.url(), pushEnv: { PUSH_ROLES: 'api' } });
    const ids = Array.from({ length: PHONES }, () => newUuid());
    await postgres.database().query(
      `INSERT INTO device (id, app_id, installation_id, platform, target_kind, target, environment, bundle_id, status)
       SELECT id, $2, id, 'ios', 'apns', token, 'sandbox', 'com.example.app', 'active'
       FROM unnest($1::uuid[], $3::text[]) AS d (id, token)`,
      [ids, parseId('app', stack.app.id), ids.map(() => goodToken())],
    );
  }, 60_000);

  async function armed(at: string, roles: string): Promise<Armed> {
    const started = await arm('push', { ...stack.env, PUSH_ROLES: roles }, at);
    children.add(started.child);
    return started;
  }
  const start = (base: string) =>
    stack
      .call('POST', `${base}/v1/broadcasts`, {
        key: stack.app.secretKey,
        headers: { 'idempotency-key': 'sale' },
        body: {
          to: { everyone: true },
          content: { body: 'sale' },
          pacing: { maxPerSecond: 50, rampSeconds: 0, avoidQuarterHours: false },
        },
      })
      .catch(() => undefined);
  /** All holders of leases are dead; what follows would happen when the leases run out. */
  const makeDue = () => postgres.database().query('UPDATE push_work SET lease_until = now(), next_offer_at = now()');

  it('is taken on once, and gives every phone one outcome', async () => {
    for (const at of AT_THE_DOOR) {
      const { url, ended } = await armed(at, 'api');
      await start(url);
      expect([at, await ended()]).toEqual([at, 'SIGKILL']);
    }
    const taken = await start(stack.urls.push);
    expect(taken?.status).toBe(202);
    const view = async (): Promise<BroadcastView> =>
      (await stack.push_('GET', `/v1/broadcasts/${taken!.body.id as string}`)).body as BroadcastView;
    for (const at of ON_THE_WAY) {
      await makeDue();
      const { ended } = await armed(at, 'route');
      expect([at, await ended()]).toEqual([at, 'SIGKILL']);
      expect(await violations(postgres.database())).toEqual([]);
    }
    expect((await view()).state).toBe('running');
    await postgres.database().query('UPDATE broadcast SET pacing = pacing || $1', [{ maxPerSecond: 1_000 }]);
    await makeDue();
    const { child } = await armed('none', 'route,apns');
    await eventually(async () => expect((await view()).state).toBe('completed'), { within: 30_000, every: 100 });
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(await view()).toMatchObject({ devices: { total: PHONES, reached: PHONES }, outcomes: { sent: PHONES } });
    expect((await stack.push_('GET', '/v1/broadcasts')).body.items).toHaveLength(1);
    expect(new Set(stack.received().map(({ token }) => token)).size).toBe(PHONES);
    expect(await violations(postgres.database())).toEqual([]);
  }, 120_000);
});
