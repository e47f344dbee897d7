import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import { SENT } from '../delivery-bench.harness.js';
import { AT_ONCE, useBroadcastBench } from './broadcast-bench.harness.js';

const LONG_LIVED = { options: { ttlSeconds: 2_000_000 } };

describe('phones that a broadcast put off', () => {
  const bench = useBroadcastBench();
  const { sql, phones, nobody, sleepers, wakeAll, start, steer, view, handOut, routes } = bench;
  beforeEach(nobody);
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** All were looked at, and those who slept are awake now; but nobody has noticed. */
  async function awaken(count: number): Promise<Uuid> {
    await sleepers(count);
    const id = await start(LONG_LIVED);
    await handOut(id);
    expect(await view(id)).toMatchObject({ state: 'draining', devices: { delayed: count } });
    await wakeAll();
    return id;
  }
  /** Turns its clock to what only time could, and gives it another pace. */
  async function pace(id: Uuid, pacing: object, at = new Date()): Promise<void> {
    await sql('UPDATE broadcast SET pacing = pacing || $2::jsonb, paced_from = $3, paced_until = $3 WHERE id = $1', [
      id,
      JSON.stringify(pacing),
      at,
    ]);
  }
  const waiting = (): Promise<{ n: number; due: Date }[]> =>
    sql(`SELECT jsonb_array_length(items) AS n, due_at AS due FROM push_work
      WHERE queue = 'push.route.bulk' AND lease_until IS NULL`);
  const sends = (): Promise<{ n: number }[]> =>
    sql(`SELECT coalesce(sum(jsonb_array_length(items)), 0)::int AS n FROM push_work WHERE queue LIKE 'push.apns.%'`);
  async function waitForProviders(id: Uuid, rows: number): Promise<void> {
    const ids = Array.from({ length: rows }, () => newUuid());
    await sql(
      `INSERT INTO push_work (id, root_id, queue, lane, app_id, credential_id, items, next_offer_at)
       SELECT id, $2, 'push.apns.bulk', 'bulk', $3, $4, '[]', now() FROM unnest($1::uuid[]) AS w (id)`,
      [ids, id, bench.appId, bench.credentialId()],
    );
  }

  it('wait for as long as it is paused, and come as soon as it is resumed', async () => {
    const id = await awaken(30);
    expect(await steer('pause', id)).toMatchObject({ end: 'done', broadcast: { state: 'paused' } });
    await bench.route();
    expect(await sends()).toEqual([{ n: 0 }]);
    const [held] = await waiting();
    expect(held!.n).toBe(30);
    expect(held!.due.getTime()).toBeGreaterThan(Date.now() + 30_000);
    expect(await steer('resume', id)).toMatchObject({ end: 'done', broadcast: { state: 'draining' } });
    expect((await waiting())[0]!.due.getTime()).toBeLessThanOrEqual(Date.now());
    await bench.route();
    await bench.deliver(() => SENT);
    await bench.step();
    expect(await view(id)).toMatchObject({ state: 'completed', outcomes: { sent: 30 } });
  });

  it('come at the pace of their broadcast, slowly after the break', async () => {
    const id = await awaken(300);
    const before = Date.now();
    await pace(id, { maxPerSecond: 10 });
    await bench.route();
    const [rest] = await waiting();
    expect(rest!.n).toBeGreaterThan(0);
    expect(rest!.n).toBeLessThan(300);
    expect(rest!.due.getTime()).toBeGreaterThan(before + 900);
    expect(await sends()).toEqual([{ n: 300 - rest!.n }]);
    const [{ paid }] = (await sql<{ paid: Date }>('SELECT paced_until AS paid FROM broadcast WHERE id = $1', [id])) as [
      { paid: Date },
    ];
    expect(paid.getTime()).toBeGreaterThan(before + 900);
    await pace(id, { maxPerSecond: 10_000, rampSeconds: 3_600 }, new Date(Date.now() - 3_600_000));
    await bench.route();
    expect((await waiting())[0]!.n).toBeGreaterThan(200);
    await pace(id, AT_ONCE, new Date(Date.now() - 10_000));
    await bench.route();
    expect(await waiting()).toEqual([]);
    expect(await sends()).toEqual([{ n: 300 }]);
  });

  it('come again for each turn of a slow broadcast, however many rows of them there are', async () => {
    const id = await awaken(1_500);
    await pace(id, { maxPerSecond: 1 }, new Date(Date.now() + 500));
    await bench.route();
    const rows = await sql<{ ms: number }>(
      `SELECT (extract(epoch FROM next_offer_at - now()) * 1000)::float8 AS ms FROM push_work WHERE queue = 'push.route.bulk'`,
    );
    expect(rows).toHaveLength(3);
    expect(Math.max(...rows.map(({ ms }) => ms))).toBeLessThan(5_000);
  });

  it('do not rest around quarters of an hour, as the way through the audience does', async () => {
    const id = await awaken(10);
    const sharp = Math.ceil(Date.now() / 900_000) * 900_000 + 1_000;
    await pace(id, { avoidQuarterHours: true }, new Date(sharp));
    const other = await start({ pacing: { ...AT_ONCE, avoidQuarterHours: true } });
    await phones(1);
    jest.spyOn(Date, 'now').mockReturnValue(sharp);
    await bench.step();
    await bench.step();
    expect(await view(other)).toMatchObject({ state: 'running', waits: { for: 'quarter_hour' } });
    await bench.route();
    expect(await routes()).toEqual([]);
    expect(await sends()).toEqual([{ n: 10 }]);
  });

  it('wait while more than forty rows of it wait for a provider, as everybody does', async () => {
    const id = await awaken(10);
    await waitForProviders(id, 40);
    await bench.route();
    const [held] = await waiting();
    expect(held!.n).toBe(10);
    await sql(`DELETE FROM push_work WHERE queue = 'push.apns.bulk' AND items = '[]'`);
    await bench.route();
    expect(await routes()).toEqual([]);
  });

  it('go before those who were not looked at yet', async () => {
    await sleepers(1);
    await phones(10);
    const id = await start({ ...LONG_LIVED, pacing: { ...AT_ONCE, maxPerSecond: 1 } });
    await bench.step();
    expect(await view(id)).toMatchObject({ state: 'running', devices: { reached: 1, delayed: 1 } });
    await wakeAll();
    await sql(`UPDATE push_work SET due_at = now() WHERE queue = 'push.route.bulk'`);
    const earlier = () => pace(id, {}, new Date(Date.now() - 10_000));
    await earlier();
    await bench.step();
    expect(await view(id)).toMatchObject({ devices: { reached: 1 }, waits: { for: 'put_off' } });
    await bench.route();
    expect(await routes()).toEqual([]);
    await earlier();
    await bench.step();
    expect((await view(id)).devices.reached).toBeGreaterThan(1);
  });

  it('let those go first who wait', async () => {
    const id = await awaken(10);
    await pace(id, {});
    await sql(
      `INSERT INTO push_work (id, root_id, queue, lane, items, due_at, next_offer_at)
       VALUES ($1, $1, 'push.route.transactional', 'transactional', '[]', now() - interval '1 s', now() + interval '9 s')`,
      [newUuid()],
    );
    await bench.route();
    expect(await routes()).toEqual([{ n: 10 }]);
  });
});

describe('the way through an audience', () => {
  const bench = useBroadcastBench();

  it('waits while more than forty work rows wait for a provider', async () => {
    await bench.phones(10);
    const id = await bench.start();
    const ids = Array.from({ length: 40 }, () => newUuid());
    const wait = (due: string) =>
      bench.sql(
        `INSERT INTO push_work (id, root_id, queue, lane, app_id, credential_id, items, due_at, next_offer_at)
         SELECT id, $2, 'push.apns.bulk', 'bulk', $3, $4, '[]', now() + $5::interval, now() FROM unnest($1::uuid[]) AS w (id)`,
        [ids, id, bench.appId, bench.credentialId(), due],
      );
    await wait('0 s');
    await bench.step();
    expect(await bench.view(id)).toMatchObject({ devices: { reached: 0 }, waits: { for: 'backlog' } });
    await bench.sql(`DELETE FROM push_work WHERE queue = 'push.apns.bulk'`);
    // Retries whose time has not come are no reason to wait.
    await wait('1 hour');
    await bench.step();
    expect((await bench.view(id)).devices.reached).toBe(10);
  });

  it('goes on while a channel is on hold, for as long as fewer than a thousand work rows wait for it', async () => {
    await bench.nobody();
    await bench.phones(10);
    const id = await bench.start();
    await bench.sql(
      `INSERT INTO hold (credential_id, lane, until, reason) VALUES ($1, '*', now() + interval '1 hour', 'InvalidProviderToken')`,
      [bench.credentialId()],
    );
    const wait = (rows: number) =>
      bench.sql(
        `INSERT INTO push_work (id, root_id, queue, lane, app_id, credential_id, items, due_at, next_offer_at)
         SELECT id, $2, 'push.apns.bulk', 'bulk', $3, $4, '[]', now() + n % 2 * interval '1 hour', now() + interval '1 hour'
         FROM unnest($1::uuid[]) WITH ORDINALITY AS w (id, n)`,
        [Array.from({ length: rows }, () => newUuid()), id, bench.appId, bench.credentialId()],
      );
    await wait(1_000);
    await bench.step();
    expect(await bench.view(id)).toMatchObject({ devices: { reached: 0 }, waits: { for: 'backlog' } });
    await bench.sql(
      `DELETE FROM push_work WHERE id = (SELECT id FROM push_work WHERE queue = 'push.apns.bulk' LIMIT 1)`,
    );
    await bench.step();
    expect((await bench.view(id)).devices.reached).toBe(10);
  });
});
