import { beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import { Segments } from '../audiences/segments.js';
import { SENT } from '../delivery-bench.harness.js';
import { useBroadcastBench } from './broadcast-bench.harness.js';

const GOLF = { to: { topic: 'golf' } };

describe('an audience that takes too long to be counted', () => {
  const bench = useBroadcastBench();
  const { sql, start, steer, view, handOut, requestOf } = bench;
  beforeEach(async () => {
    await bench.nobody();
    const ids = await bench.phones(40);
    await sql(
      `INSERT INTO topic_subscription (app_id, topic, device_id) SELECT $1, 'golf', id FROM unnest($2::uuid[]) AS d (id)`,
      [bench.appId, ids],
    );
  });

  /** Nothing of a topic can be read meanwhile. */
  async function inTheWay<Result>(meanwhile: () => Promise<Result>): Promise<Result> {
    return bench.database().transaction(async (tx) => {
      await tx.query('LOCK TABLE topic_subscription IN ACCESS EXCLUSIVE MODE');
      return meanwhile();
    });
  }
  const counting = (count: number) =>
    eventually(async () => {
      const waiting = await sql(
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%count(*)%'`,
      );
      expect(waiting).toHaveLength(count);
      return waiting;
    });
  /** What the server does when the time is over. */
  const cutOff = async () => {
    for (const { pid } of await counting(1)) await sql('SELECT pg_cancel_backend($1)', [pid]);
  };

  it('gets its broadcast all the same, and is counted on the way', async () => {
    const id = await start(GOLF);
    const stepped = await inTheWay(async () => {
      const stepping = bench.step();
      await cutOff();
      return { stepping };
    });
    await stepped.stepping;
    await handOut(id);
    expect(await view(id)).toMatchObject({ state: 'draining', devices: { total: 40, reached: 40 }, endsAt: null });
    await bench.deliver(() => SENT);
    await bench.step();
    expect(await view(id)).toMatchObject({ state: 'completed', outcomes: { sent: 40 } });
    const [{ devices }] = (await sql<{ devices: unknown }>(
      `SELECT payload -> 'devices' AS devices FROM event_log WHERE type = 'broadcast.started' AND subject = $1`,
      [(await view(id)).id],
    )) as [{ devices: unknown }];
    expect(devices).toBeNull();
  });

  it('is counted when its broadcast is cancelled, as far as nobody was looked at', async () => {
    const id = await start({ ...GOLF, pacing: { rampSeconds: 0, avoidQuarterHours: false, maxPerSecond: 1 } });
    await bench.step();
    await sql('UPDATE broadcast SET total = NULL WHERE id = $1', [id]);
    expect(await view(id)).toMatchObject({ devices: { total: null, reached: 1 }, endsAt: null });
    const cancelling = await inTheWay(async () => {
      const cancelled = steer('cancel', id);
      await cutOff();
      return { cancelled };
    });
    expect(await cancelling.cancelled).toMatchObject({ end: 'done', broadcast: { devices: { cancelled: null } } });
    const other = await start({ ...GOLF, pacing: { rampSeconds: 0, avoidQuarterHours: false, maxPerSecond: 1 } });
    await bench.step();
    await sql('UPDATE broadcast SET total = NULL WHERE id = $1', [other]);
    expect(await steer('cancel', other)).toMatchObject({ broadcast: { devices: { cancelled: 39 } } });
  });

  it('is no answer to whoever asks how many they are, and others need not wait for a connection', async () => {
    const segments = new Segments(bench.database());
    const count = () => segments.preview(bench.appId, { topic: 'golf' });
    const estimate = () => bench.broadcasts().estimate(bench.appId, requestOf(GOLF));
    const others = await inTheWay(async () => {
      const refused = expect(estimate()).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
      const [{ pid }] = (await counting(1)) as [{ pid: number }];
      const asked = Array.from({ length: 49 }, count);
      await counting(2);
      await expect(count()).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
      await expect(estimate()).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
      await sql('SELECT pg_cancel_backend($1)', [pid]);
      await refused;
      return asked.map((each) => () => each);
    });
    const sizes = await Promise.all(others.map((each) => each()));
    expect(new Set(sizes.map(({ devices }) => devices))).toEqual(new Set([40]));
    expect((await estimate()).devices).toBe(40);
  });
});
