import { describe, expect, it } from '@jest/globals';
import { newUuid, parseId, type Uuid } from '@signalbox/contracts';
import { Segments } from '../audiences/segments.js';
import { SENT, suspect } from '../delivery-bench.harness.js';
import { ALWAYS, AT_ONCE, useBroadcastBench } from './broadcast-bench.harness.js';

describe('a broadcast', () => {
  const bench = useBroadcastBench();
  const { sql, phones, nobody, requestOf, start, view, handOut, routes } = bench;

  const perDevice = (id: Uuid) =>
    sql<{ state: string; n: number }>(
      `SELECT state, count(*)::int AS n FROM delivery WHERE notification_id = $1 GROUP BY state ORDER BY state`,
      [id],
    );
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((all, n) => all + n, 0);

  it('reaches every phone that was active when it began, once, and tells what became of all of them', async () => {
    await nobody();
    await phones(1_200);
    await bench.device({ suspectFor: 1 });
    const id = await start();
    expect(await view(id)).toMatchObject({ state: 'scheduled', devices: { total: null, reached: 0 } });
    await bench.step();
    await phones(3);
    await handOut(id);
    expect(await view(id)).toMatchObject({
      state: 'draining',
      devices: { total: 1_200, reached: 1_200, underWay: 1_200 },
    });
    let first = true;
    await bench.deliver(() => {
      const answer = first ? suspect() : SENT;
      first = false;
      return answer;
    });
    await bench.step();
    expect(await view(id)).toMatchObject({
      state: 'completed',
      devices: { total: 1_200, reached: 1_200, underWay: 0, cancelled: 0 },
      outcomes: { sent: 1_199, suspect: 1 },
      endsAt: null,
    });
    expect(await perDevice(id)).toEqual([
      { state: 'sent', n: 1_199 },
      { state: 'suspect', n: 1 },
    ]);
    const { id: publicId } = await view(id);
    expect(await bench.events(publicId)).toEqual(['broadcast.started', 'broadcast.handed_out', 'broadcast.completed']);
    expect(await sql('SELECT FROM push_work')).toEqual([]);
  });

  it('is started once for a key', async () => {
    await nobody();
    const id = await start({}, 'k1');
    const again = (over: object) => bench.broadcasts().start(bench.appId, requestOf(over), 'k1');
    expect(await again({})).toEqual({ kind: 'replayed', id });
    expect(await again({ content: { body: 'other' } })).toEqual({ kind: 'conflict' });
    await bench.step();
    await bench.step();
    expect(await view(id)).toMatchObject({ state: 'completed', devices: { total: 0 } });
  });

  it('is started once for a key, though its segment is gone since, which meant what it meant', async () => {
    await nobody();
    const [german] = [await phones(2, { locale: 'de' }), await phones(3, { locale: 'fr' })];
    const segments = new Segments(bench.database());
    await segments.put(bench.appId, 'readers', { device: 'language', is: 'de' });
    const id = await start({ to: { segment: 'readers' } }, 'k2');
    await segments.put(bench.appId, 'readers', { device: 'language', is: 'fr' });
    await segments.remove(bench.appId, 'readers');
    const again = (over: object) => bench.broadcasts().start(bench.appId, requestOf(over), 'k2');
    expect(await again({ to: { segment: 'readers' } })).toEqual({ kind: 'replayed', id });
    await expect(again({ to: { segment: 'writers' } })).rejects.toMatchObject({ status: 422 });
    await handOut(id);
    const reached: Uuid[] = [];
    await bench.deliver(({ device }) => {
      reached.push(device.id);
      return SENT;
    });
    expect(reached.toSorted()).toEqual(german.toSorted());
    await bench.step();
    expect(await view(id)).toMatchObject({ state: 'completed', to: { segment: 'readers', version: 1 } });
  });

  it('counts once what was tried twice', async () => {
    await nobody();
    await phones(2);
    const id = await start();
    await bench.step();
    await bench.deliver(() => ({ kind: 'retry', reason: 'ServiceUnavailable', afterMs: 0, raw: {} }));
    expect(await view(id)).toMatchObject({ outcomes: {}, devices: { underWay: 2 } });
    await bench.deliver(() => SENT);
    expect(await view(id)).toMatchObject({ outcomes: { sent: 2 }, devices: { underWay: 0 } });
    await bench.step();
  });

  it('asks the policy about every phone, and keeps those who get it later in few rows', async () => {
    await nobody();
    const [sleepers] = [await phones(620), await phones(400)];
    await bench.policy({ categories: { news: { quietHours: 'delay' } } });
    await sql(
      `INSERT INTO push_user (app_id, user_id, choices, quiet_hours)
       SELECT $1, id, CASE WHEN place <= 20 THEN '{"news": "out"}'::jsonb ELSE '{}' END, $3::jsonb
       FROM unnest($2::text[]) WITH ORDINALITY AS u (id, place)`,
      [bench.appId, sleepers, JSON.stringify(ALWAYS)],
    );
    const options = { category: 'news', ttlSeconds: 2_000_000 };
    const estimate = await bench.broadcasts().estimate(bench.appId, requestOf({ options }));
    const said = { refused: { opted_out: 20 }, delayed: { quiet_hours: 600 } };
    expect(estimate).toMatchObject({ devices: 1_020, sent: 400, sample: { devices: 1_020, exact: true }, ...said });
    const id = await start({ options });
    await handOut(id);
    expect(await view(id)).toMatchObject({
      state: 'draining',
      devices: { reached: 1_020, delayed: 600, underWay: 1_000 },
      refused: { opted_out: 20 },
    });
    expect(await routes()).toEqual([{ n: 500 }, { n: 100 }]);
    await sql(`UPDATE push_user SET quiet_hours = NULL`);
    await bench.route();
    await bench.deliver(() => SENT);
    await bench.step();
    expect(await view(id)).toMatchObject({ state: 'completed', outcomes: { sent: 1_000, refused: 20 } });
  });

  it('tells how far it is, and no end, when it crept for months', async () => {
    await nobody();
    await phones(3);
    const id = await start({ pacing: { ...AT_ONCE, maxPerSecond: 1 } });
    await bench.step();
    await sql(`UPDATE broadcast SET paced_from = now() - interval '100 days', total = 1000000 WHERE id = $1`, [id]);
    const { ratePerSecond, endsAt, devices } = await view(id);
    expect(devices).toMatchObject({ reached: 1, total: 1_000_000 });
    expect(ratePerSecond).toBeGreaterThan(0);
    expect(endsAt).toBeNull();
    await bench.broadcasts().cancel(bench.appId, id);
    await sql('DELETE FROM push_work');
  });

  it('keeps those in few rows, too, whose nights end at all minutes', async () => {
    await nobody();
    const sleepers = await phones(900);
    const from = Date.now();
    const clock = (minutes: number) => new Date(from + minutes * 60_000).toISOString().slice(11, 16);
    await sql(
      `INSERT INTO push_user (app_id, user_id, quiet_hours)
       SELECT $1, id, jsonb_build_array(jsonb_build_object('start', $3::text, 'end', ends)) FROM unnest($2::text[], $4::text[]) AS u (id, ends)`,
      [bench.appId, sleepers, clock(-60), sleepers.map((_, place) => clock(30 + (place % 300)))],
    );
    const id = await start({ options: { ttlSeconds: 2_000_000 } });
    await handOut(id);
    expect(await view(id)).toMatchObject({ devices: { reached: 900, delayed: 900 } });
    const rows = await sql<{ n: number; due: Date }>(
      `SELECT jsonb_array_length(items) AS n, due_at AS due FROM push_work WHERE queue = 'push.route.bulk' ORDER BY due_at`,
    );
    expect(rows.reduce((all, { n }) => all + n, 0)).toBe(900);
    // 300 minutes have 21 quarters of an hour.
    expect(rows.length).toBeLessThanOrEqual(22);
    expect(rows[0]!.due.getTime()).toBeGreaterThan(from + 29 * 60_000);
    expect(rows.at(-1)!.due.getTime()).toBeGreaterThan(from + 328 * 60_000);
    await nobody();
  });

  it('lets those go first who wait, but not for ever', async () => {
    await nobody();
    await phones(10);
    const id = await start();
    const waits = (root: Uuid, since: string) =>
      sql(
        `INSERT INTO push_work (id, root_id, queue, lane, items, due_at, next_offer_at)
         VALUES ($1, $2, 'push.apns.transactional', 'transactional', '[]', now() - $3::interval, now() + interval '9 s')`,
        [newUuid(), root, since],
      );
    await waits(newUuid(), '5 minutes');
    await bench.step();
    expect(await view(id)).toMatchObject({ state: 'running', devices: { reached: 0 }, waits: { for: 'others' } });
    await sql(`UPDATE broadcast SET paced_until = now() - interval '6 s' WHERE id = $1`, [id]);
    await bench.step();
    expect((await view(id)).devices.reached).toBe(10);
    await nobody();
    await phones(10);
    const own = await start({ options: { priority: 'transactional' } });
    await waits(own, '1 s');
    await bench.step();
    expect((await view(own)).devices.reached).toBe(10);
    await nobody();
  });

  it('goes on after a pause where it was, and what is cancelled is counted', async () => {
    await nobody();
    await phones(300);
    const sleepers = await phones(100);
    await sql(
      `INSERT INTO push_user (app_id, user_id, quiet_hours) SELECT $1, id, $3::jsonb FROM unnest($2::text[]) AS u (id)
       ON CONFLICT (app_id, user_id) DO UPDATE SET quiet_hours = excluded.quiet_hours`,
      [bench.appId, sleepers, JSON.stringify(ALWAYS)],
    );
    await phones(200);
    const id = await start({ pacing: { ...AT_ONCE, maxPerSecond: 100 }, options: { ttlSeconds: 2_000_000 } });
    const steer = (how: 'pause' | 'resume' | 'cancel') => bench.steer(how, id);
    /** The clock of its pace is turned, which only time could. */
    const step = async () => {
      await sql(`UPDATE broadcast SET paced_until = now() - interval '1 s' WHERE id = $1`, [id]);
      await bench.step();
    };
    await bench.step();
    expect(await view(id)).toMatchObject({
      state: 'running',
      devices: { total: 600, reached: 100 },
      waits: { for: 'pace' },
    });
    await bench.deliver(() => SENT);
    expect(await steer('pause')).toMatchObject({ end: 'done', broadcast: { state: 'paused' } });
    await step();
    expect((await view(id)).devices.reached).toBe(100);
    expect(await steer('pause')).toMatchObject({ end: 'no' });
    expect(await steer('resume')).toMatchObject({ end: 'done', broadcast: { state: 'running' } });
    while ((await view(id)).devices.reached < 400) await step();
    const before = await view(id);
    expect(before.devices).toMatchObject({ delayed: 100 });
    const { reached } = before.devices;
    expect(await steer('cancel')).toMatchObject({
      end: 'done',
      broadcast: { state: 'cancelled', devices: { cancelled: 600 - reached + 100 } },
    });
    expect(await routes()).toEqual([]);
    const asked = new Set<string>();
    await bench.deliver(({ device }) => {
      asked.add(device.id);
      return SENT;
    });
    expect(asked.size).toBe(0);
    const after = await view(id);
    expect(after).toMatchObject({
      outcomes: { sent: 100 },
      refused: { cancelled: reached - 200 },
      devices: { underWay: 0 },
    });
    expect(sum(after.outcomes) + after.devices.cancelled!).toBe(600);
    expect(await steer('resume')).toMatchObject({ end: 'no' });
    expect(await sql('SELECT FROM push_work')).toEqual([]);
    // Tallies are forgotten with their deliveries.
    await sql('DELETE FROM notification_tally');
    expect((await view(id)).devices.underWay).toBe(0);
    const kinds = ['broadcast.started', 'broadcast.paused', 'broadcast.resumed', 'broadcast.cancelled'];
    expect(await bench.events(after.id)).toEqual(kinds);
  });

  it('is paused when its steps killed six workers, and goes on when somebody resumes it', async () => {
    await nobody();
    await phones(3);
    const id = await start({ pacing: { ...AT_ONCE, maxPerSecond: 1 } });
    await bench.step();
    const kill = () => sql(`UPDATE push_work SET claims = 5 WHERE queue = 'push.broadcast.bulk'`);
    await kill();
    await bench.step();
    const { id: publicId, ...paused } = await view(id);
    expect(paused).toMatchObject({ state: 'paused', waits: { until: null, for: 'crashes_worker' } });
    expect((await bench.events(publicId)).at(-1)).toBe('broadcast.paused crashes_worker');
    expect(await bench.steer('resume', id)).toMatchObject({
      end: 'done',
      broadcast: { state: 'running', waits: null },
    });
    await sql(`UPDATE broadcast SET pacing = pacing || '{"maxPerSecond": 1000}' WHERE id = $1`, [id]);
    await bench.step();
    expect((await view(id)).state).toBe('draining');
    // What was handed out is not lost sight of, whatever killed the workers.
    await kill();
    await bench.step();
    expect((await view(id)).state).toBe('draining');
    await bench.deliver(() => SENT);
    await bench.step();
    expect(await view(id)).toMatchObject({ state: 'completed', outcomes: { sent: 3 } });
  });

  it('tells how fast it was for as long as it stands still', async () => {
    await nobody();
    await phones(30);
    const id = await start({ pacing: { ...AT_ONCE, maxPerSecond: 10 } });
    await bench.step();
    const longAgo = () => sql(`UPDATE broadcast SET paced_from = paced_from - interval '1 hour' WHERE id = $1`, [id]);
    await longAgo();
    const paused = await bench.steer('pause', id);
    expect(paused?.broadcast.ratePerSecond).toBeLessThan(0.1);
    await longAgo();
    expect((await view(id)).ratePerSecond).toBe(paused?.broadcast.ratePerSecond);
    await bench.steer('cancel', id);
    expect((await view(id)).ratePerSecond).toBe(paused?.broadcast.ratePerSecond);
  });

  it('is no measure for the next one, when it was small or as fast as it might be', async () => {
    await nobody();
    await phones(3);
    const id = await start();
    await handOut(id);
    const estimate = () => bench.broadcasts().estimate(bench.appId, requestOf({}));
    expect(await estimate()).toMatchObject({ ratePerSecond: null, seconds: 1 });
    const measured = (devices: number, ms: number) =>
      sql(`UPDATE broadcast SET counted = counted || jsonb_build_object('measured', $2::jsonb) WHERE id = $1`, [
        id,
        JSON.stringify({ devices, ms }),
      ]);
    await measured(9_500_000, 1_000_000);
    expect((await estimate()).ratePerSecond).toBeNull();
    await measured(500, 9_000);
    expect((await estimate()).ratePerSecond).toBeNull();
    await measured(1_000, 1_000_000);
    expect(await estimate()).toMatchObject({ ratePerSecond: 1, seconds: 3 });
    await nobody();
  });

  it('goes to a topic, and to the phones of a segment that few are in', async () => {
    await nobody();
    const [german] = [await phones(30, { locale: 'de' }), await phones(50, { locale: 'fr' })];
    await sql(
      `INSERT INTO topic_subscription (app_id, topic, device_id) SELECT $1, 'golf', id FROM unnest($2::uuid[]) AS d (id)`,
      [bench.appId, german.slice(10)],
    );
    const [topic, filter] = [
      await start({ to: { topic: 'golf' } }),
      await start({ to: { filter: { all: [{ device: 'language', is: 'de' }, { not: { topic: 'golf' } }] } } }),
    ];
    await bench.step();
    await bench.deliver(() => SENT);
    await bench.step();
    expect(await view(topic)).toMatchObject({ state: 'completed', outcomes: { sent: 20 } });
    expect(await view(filter)).toMatchObject({ state: 'completed', outcomes: { sent: 10 } });
    const listed = await bench.broadcasts().list(bench.appId, { limit: 2 });
    expect(listed.items.map(({ id }) => parseId('broadcast', id))).toEqual([filter, topic]);
    await expect(
      bench.broadcasts().start(bench.appId, requestOf({ to: { segment: 'nobody' } }), undefined),
    ).rejects.toMatchObject({
      status: 422,
      errors: [{ pointer: '/to/segment' }],
    });
  });

  it('waits for its time, and for the own time of every user', async () => {
    await nobody();
    await phones(4, { zone: 'Pacific/Kiritimati' });
    await phones(3, { zone: 'America/New_York' });
    const local = new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 16);
    const id = await start({ options: { sendAt: { local } } });
    const later = await start({ options: { sendAt: new Date(Date.now() + 3_600_000).toISOString() } });
    await bench.database().query(`DELETE FROM push_work WHERE root_id = $1`, [later]);
    await bench.step();
    expect(await view(id)).toMatchObject({ devices: { reached: 7, delayed: 3 } });
    const [{ due }] = (await sql<{ due: Date }>(
      `SELECT due_at AS due FROM push_work WHERE queue = 'push.route.bulk'`,
    )) as [{ due: Date }];
    expect(due.getTime() - Date.now()).toBeGreaterThan(17 * 3_600_000);
    expect(await view(later)).toMatchObject({ state: 'scheduled' });
  });
});
