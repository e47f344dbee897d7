import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseId } from '@signalbox/contracts';
import { SCHEDULE_CRASH_POINTS } from '@signalbox/resilience';
import { eventually, sizeOfTest, useOwnRedis, usePostgres } from '@signalbox/testing';
import { arm } from './arm.js';
import { openWork, violations } from './invariant.js';
import { goodToken, type ReceivedPush, type Stack, startStack, type TestApp } from './stack.js';

/** 10,000 in the long form: `SCHEDULED=10000 npm test -- e2e/schedules`. */
const SCHEDULED = sizeOfTest('SCHEDULED', 1_000);

/** At its time means within so many milliseconds; a busy machine needs some of them for itself. */
const PUNCTUAL_MS = 2_000;
/** So many are due in one second. */
const A_SECOND = 250;

describe('what is sent later', () => {
  let stack: Stack;
  afterAll(() => stack.stop(), 30_000);
  const redis = useOwnRedis();
  const postgres = usePostgres();
  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl: redis()?.url });
  }, 60_000);

  const sql = (text: string, params: unknown[] = []) => postgres.database().query(text, params);
  const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
  const get = async (id: string) => (await stack.push_('GET', `/v1/notifications/${id}`)).body;
  const explain = async (id: string) => (await stack.push_('GET', `/v1/notifications/${id}/explain`)).body;
  const ends = (id: string, status: string) => eventually(async () => expect((await get(id)).status).toBe(status));

  async function phoneOf(user: string, app: TestApp = stack.app): Promise<() => ReceivedPush[]> {
    const token = goodToken();
    await stack.registerDevice(app, { installation: `phone-of-${user}`, user, token });
    return () => stack.received().filter((push) => push.token === token);
  }
  async function send(user: string, options: object, body = 'hello'): Promise<string> {
    const answer = await stack.push_('POST', '/v1/notifications', { to: { userId: user }, content: { body }, options });
    expect(answer).toMatchObject({ status: 202, body: { status: 'scheduled' } });
    return answer.body.id as string;
  }
  const words = (pushes: readonly ReceivedPush[]) =>
    pushes.map(({ payload }) => (payload['aps'] as { alert: { body: string } }).alert.body);

  it('goes out at its time and not before, and can be taken back until then', async () => {
    const received = await phoneOf('ann');
    const sendAt = inSeconds(1);
    const [kept, cancelled] = [await send('ann', { sendAt, ttlSeconds: 60 }), await send('ann', { sendAt })];
    const expiresAt = new Date(Date.parse(sendAt) + 60_000).toISOString();
    expect(await get(kept)).toMatchObject({ status: 'scheduled', sendAt, expiresAt, deliveries: {} });
    expect((await explain(kept)).because).toMatch(/^It is sent at 20.*Z, as asked\.$/);
    expect((await stack.push_('DELETE', `/v1/notifications/${cancelled}`)).body.status).toBe('cancelled');
    await ends(kept, 'sent');
    expect(received()).toHaveLength(1);
    const [push] = received();
    const late = Date.parse(push!.receivedAt) - Date.parse(sendAt);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(1_000 + PUNCTUAL_MS);
    expect(Number(push!.headers['apns-expiration'])).toBe(Math.floor(Date.parse(expiresAt) / 1_000));
  });

  it('can be changed until it is routed: what is sent is what it was changed to', async () => {
    const received = await phoneOf('bea');
    const id = await send('bea', { sendAt: inSeconds(3_000), collapseKey: 'first', category: 'news' }, 'old words');
    const edit = (change: object) => stack.push_('PATCH', `/v1/notifications/${id}`, change);
    expect(await edit({ options: { collapseKey: 'x'.repeat(65) } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/options/collapseKey' }] },
    });
    expect((await edit({ content: { body: 'x'.repeat(5_000) } })).body.errors[0].pointer).toBe('/content');
    const later = inSeconds(6_000);
    const changes = await Promise.all([
      edit({ content: { body: 'new words' } }),
      edit({ options: { sendAt: later } }),
      edit({ options: { collapseKey: 'second', category: null } }),
    ]);
    expect(changes.map(({ status }) => status)).toEqual([200, 200, 200]);
    const view = await get(id);
    expect(view).toMatchObject({ status: 'scheduled', sendAt: later });
    expect(view).not.toHaveProperty('category');
    expect(await edit({ options: { silent: true } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/content/body' }, { pointer: '/content/data' }] },
    });
    expect(await edit({ options: { sendAt: null } })).toMatchObject({ status: 200 });
    await ends(id, 'sent');
    expect(words(received())).toEqual(['new words']);
    expect(received()[0]!.headers['apns-collapse-id']).toBe('second');
    expect(await edit({ content: { body: 'too late' } })).toMatchObject({
      status: 409,
      body: { code: 'already_routed' },
    });
    const { timeline } = await explain(id);
    expect(timeline.slice(1, 5).map((each: { what: string }) => each.what)).toEqual(
      Array.from({ length: 4 }, () => 'notification.edited'),
    );
    expect(JSON.stringify(timeline)).not.toContain('new words');
  });

  it("goes out on each user's own clock, and lives from that time on", async () => {
    const zones = { early: 'Pacific/Kiritimati', late: 'Pacific/Pago_Pago' };
    const received = await phoneOf('early');
    await phoneOf('late');
    for (const [user, timeZone] of Object.entries(zones)) {
      expect((await stack.push_('PUT', `/v1/users/${user}/preferences`, { timeZone })).status).toBe(200);
    }
    // Half an hour ago in Kiritimati, where clocks are 14 hours ahead; 25 hours later it is the same time on Pago Pago.
    const early = Math.floor(Date.now() / 60_000) * 60_000 - 1_800_000;
    const local = new Date(early + 14 * 3_600_000).toISOString().slice(0, 16);
    const body = {
      to: { userIds: Object.keys(zones) },
      content: { body: 'a happy new year' },
      options: { sendAt: { local }, ttlSeconds: 3_600 },
    };
    const { id } = (await stack.push_('POST', '/v1/notifications', body)).body;
    await eventually(() => expect(received()).toHaveLength(1));
    expect(Number(received()[0]!.headers['apns-expiration'])).toBeGreaterThanOrEqual(early / 1_000 + 3_600);
    expect(Number(received()[0]!.headers['apns-expiration'])).toBeLessThan(Date.now() / 1_000 + 3_601);
    const { timeline } = await explain(id);
    expect(timeline.filter(({ what }: { what: string }) => what === 'notification.delayed')).toMatchObject([
      { data: { userId: 'late', reason: 'local_time', until: new Date(early + 25 * 3_600_000).toISOString() } },
    ]);
    expect(await stack.push_('PATCH', `/v1/notifications/${id}`, { content: { body: 'x' } })).toMatchObject({
      status: 409,
    });
    expect((await stack.push_('DELETE', `/v1/notifications/${id}`)).status).toBe(200);
  });

  it('goes out again and again, by a pattern on the clocks of a place', async () => {
    const received = await phoneOf('cleo');
    const schedule = {
      name: 'good-morning',
      cron: '0 9 * * MON-FRI',
      timeZone: 'Europe/Berlin',
      notification: { to: { userId: 'cleo' }, content: { body: 'good morning' }, options: { priority: 'bulk' } },
    };
    const post = (body: object) => stack.push_('POST', '/v1/schedules', body);
    const { status, body: made } = await post(schedule);
    expect([status, made.state]).toEqual([201, 'active']);
    expect(made.notification).toMatchObject({ to: { userId: 'cleo' }, content: { body: 'good morning' } });
    expect(await post(schedule)).toMatchObject({ status: 409, body: { code: 'name_taken' } });
    const pointersOf = async (change: object) =>
      (await post({ ...schedule, name: 'other', ...change })).body.errors.map(
        (each: { pointer: string }) => each.pointer,
      );
    expect(await pointersOf({ cron: '61 9 * * *' })).toEqual(['/cron']);
    expect(await pointersOf({ timeZone: 'Berlin' })).toEqual(['/timeZone']);
    expect(await pointersOf({ endAt: '2020-01-01T00:00:00Z' })).toEqual(['/endAt']);
    const later = { ...schedule.notification, options: { sendAt: inSeconds(60) } };
    expect(await pointersOf({ notification: later })).toEqual(['/notification/options/sendAt']);

    const path = `/v1/schedules/${made.id}`;
    const { times } = (await stack.push_('GET', `${path}/next?count=3`)).body;
    expect([times.length, times[0]]).toEqual([3, made.nextAt]);
    expect((await stack.push_('PATCH', path, { cron: '30 18 * * *' })).body.cron).toBe('30 18 * * *');
    expect((await stack.push_('POST', `${path}/pause`)).body).toMatchObject({ state: 'paused', nextAt: null });
    expect((await stack.push_('POST', `${path}/resume`)).body.state).toBe('active');
    await sql(`UPDATE schedule SET next_at = now()`);
    await eventually(() => expect(words(received())).toEqual(['good morning']));

    const parameters = { name: { type: 'string', required: true, maxLength: 50 } };
    const document = { parameters, defaultLocale: 'en', locales: { en: { body: 'good evening, {name}' } } };
    expect((await stack.push_('PUT', '/v1/templates/evening', document)).status).toBe(200);
    const filledIn = (params: object) => ({
      ...schedule.notification,
      content: undefined,
      template: { id: 'evening', params },
    });
    const unnamed = await stack.push_('PATCH', path, { notification: filledIn({}) });
    expect(unnamed.body.errors).toMatchObject([{ pointer: '/notification/template/params/name' }]);
    const named = await stack.push_('PATCH', path, { notification: filledIn({ name: 'Cleo' }) });
    expect(named.body.notification).toMatchObject({
      template: { id: 'evening', version: 1, params: { name: 'Cleo' } },
    });
    await sql(`UPDATE schedule SET next_at = now() + interval '1 ms'`);
    await eventually(() => expect(words(received())).toEqual(['good morning', 'good evening, Cleo']));
    expect((await stack.push_('GET', '/v1/schedules')).body.items).toMatchObject([
      { id: made.id, lastFiredAt: expect.any(String) },
    ]);
    expect((await stack.push_('DELETE', path)).status).toBe(204);
    expect((await stack.push_('GET', path)).status).toBe(404);
  });

  /** A schedule of broadcasts in an app of its own. */
  async function broadcastEach(cron: string, app: TestApp) {
    const call = (method: string, path: string, body?: object) =>
      stack.call(method, `${stack.urls.push}${path}`, { key: app.secretKey, ...(body && { body }) });
    const pacing = { rampSeconds: 0, avoidQuarterHours: false };
    const broadcast = { to: { everyone: true }, content: { body: 'to all' }, pacing };
    const { status, body } = await call('POST', '/v1/schedules', { name: 'each-minute', cron, broadcast });
    expect([status, body.broadcast.to]).toEqual([201, { everyone: true }]);
    return { call, schedule: body.id as string };
  }

  it('goes to everyone again and again, to each phone once each time', async () => {
    const app = await stack.createApp('each minute');
    const phones = await Promise.all(['eve', 'fay', 'gil'].map((user) => phoneOf(user, app)));
    const { call, schedule } = await broadcastEach('* * * * *', app);
    const fired = async () =>
      (await sql(`SELECT FROM event_log WHERE type = 'schedule.fired' AND subject = $1`, [schedule])).rowCount;
    for (let occurrence = 1; occurrence <= 2; occurrence += 1) {
      await sql(`UPDATE schedule SET next_at = now() WHERE id = $1`, [parseId('schedule', schedule)]);
      await eventually(async () => expect(await fired()).toBeGreaterThanOrEqual(occurrence));
    }
    expect((await call('DELETE', `/v1/schedules/${schedule}`)).status).toBe(204);
    const times = await fired();
    const { items } = await eventually(async () => {
      const { body } = await call('GET', '/v1/broadcasts');
      expect(body.items).toMatchObject(Array.from({ length: times }, () => ({ state: 'completed' })));
      return body;
    });
    expect(items[0]).toMatchObject({ devices: { total: 3, reached: 3 }, outcomes: { sent: 3 } });
    for (const received of phones) expect(words(received())).toEqual(Array.from({ length: times }, () => 'to all'));
    const { body } = await call('GET', `/v1/broadcasts/${items[0].id}/deliveries?state=sent&limit=2`);
    expect([body.items.length, body.next]).toEqual([2, body.items[1].id]);
    expect((await call('GET', `/v1/broadcasts/${items[0].id}/deliveries?state=lost`)).status).toBe(422);
    const notification = await call('GET', `/v1/notifications/${items[0].notificationId}`);
    expect(notification.body.detail).toContain(`/v1/broadcasts/${items[0].id}/deliveries`);
  });

  it('goes out once, though those who send it die before they have written so, or behind it', async () => {
    const received = await phoneOf('dora');
    const app = await stack.createApp('mailing');
    const receivedByAll = await phoneOf('hal', app);
    await broadcastEach('0 0 1 1 *', app);
    const notification = { to: { userId: 'dora' }, content: { body: 'once' } };
    await stack.push_('POST', '/v1/schedules', { name: 'once', cron: '0 0 1 1 *', notification });
    stack.push.pause();
    await sql(`UPDATE schedule SET next_at = now()`);
    const deaths = SCHEDULE_CRASH_POINTS.flatMap((point) => [`${point}:before`, `${point}:after`]);
    // One after the other: where the second has written so, there is nothing left for the first to die of.
    const ends: unknown[] = [];
    for (const death of deaths) ends.push(await (await arm('push', stack.env, death)).ended());
    expect(ends).toEqual(['SIGKILL', 'SIGKILL']);
    stack.push.resume();
    // Nobody lived to publish its first job, and the offer loop would wait ten seconds for that.
    await sql(`UPDATE push_work SET next_offer_at = now()`);
    await eventually(() => expect(words(received())).toEqual(['once']), { within: 20_000 });
    await eventually(() => expect(words(receivedByAll())).toEqual(['to all']), { within: 20_000 });
    const { rows } = await sql(
      `SELECT payload ->> 'name' AS name FROM event_log WHERE type = 'schedule.fired' AND payload ->> 'name' IN ('once', 'each-minute')
         AND app_id = ANY ($1::uuid[]) ORDER BY name`,
      [[app.id, stack.app.id].map((id) => parseId('app', id))],
    );
    expect(rows).toEqual([{ name: 'each-minute' }, { name: 'once' }]);
  }, 40_000);

  /** As many as are due in one second, without a time. @returns the milliseconds until the last has arrived. */
  async function sendAtOnce(users: readonly string[]): Promise<number> {
    const line = (_: unknown, index: number) => ({
      to: { userId: users[index % users.length] },
      content: { body: 'at once' },
    });
    const began = Date.now();
    await stack.push_('POST', '/v1/notifications/batch', { notifications: Array.from({ length: A_SECOND }, line) });
    const arrived = () => stack.received().filter((push) => words([push])[0] === 'at once');
    await eventually(() => expect(arrived()).toHaveLength(A_SECOND), { within: 30_000, every: 200 });
    return Math.max(...arrived().map(({ receivedAt }) => Date.parse(receivedAt))) - began;
  }

  async function secondsOfAStart(): Promise<number> {
    const began = Date.now();
    await stack.push.kill();
    await stack.push.restart();
    return (Date.now() - began) / 1_000;
  }

  it(`goes out at its time, once, whatever is killed and forgotten meanwhile: ${SCHEDULED} of them`, async () => {
    const users = await Promise.all(Array.from({ length: 10 }, async (_, index) => `many-${index}`));
    await Promise.all(users.map((user) => phoneOf(user)));
    const atOnce = await sendAtOnce(users);
    // It is to be back before the first is due, however long a start takes here.
    const startSeconds = await secondsOfAStart();
    const firstAt = Math.ceil(Date.now() / 1_000 + Math.max(4, SCHEDULED / A_SECOND, 2 * startSeconds + 2));
    const sendAtOf = (index: number) => new Date((firstAt + Math.floor(index / A_SECOND)) * 1_000).toISOString();
    const line = (_: unknown, index: number) => ({
      to: { userId: users[index % users.length] },
      content: { body: sendAtOf(index) },
      options: { sendAt: sendAtOf(index) },
    });
    const lines = Array.from({ length: SCHEDULED }, line);
    for (let from = 0; from < SCHEDULED; from += 500) {
      const notifications = lines.slice(from, from + 500);
      const { body } = await stack.push_('POST', '/v1/notifications/batch', { notifications });
      expect(body.results.every(({ status }: { status: string }) => status === 'accepted')).toBe(true);
    }
    await stack.push.kill();
    await redis()?.flushAll();
    await stack.push.restart();
    const recoveredAt = Date.now();
    const mine = () => stack.received().filter((push) => words([push])[0]!.startsWith('20'));
    const until = (firstAt + SCHEDULED / A_SECOND) * 1_000 - Date.now() + 30_000;
    await eventually(async () => expect(await openWork(postgres.database())).toBe(0), { within: until, every: 200 });
    const lateness = mine()
      .map((push) => Date.parse(push.receivedAt) - Math.max(Date.parse(words([push])[0]!), recoveredAt))
      .sort((one, other) => one - other);
    const early = mine().filter((push) => push.receivedAt < words([push])[0]!);
    const leadMs = firstAt * 1_000 - recoveredAt;
    process.stdout.write(
      `${SCHEDULED} scheduled, killed and FLUSHALL: ${A_SECOND} at once take ${atOnce} ms; back ${leadMs} ms before the first was due; late by ${lateness[Math.floor(lateness.length / 2)]} ms at the median, ${lateness[Math.floor(lateness.length * 0.99)]} at the 99th percentile, ${lateness.at(-1)} at most\n`,
    );
    expect(early).toEqual([]);
    expect(new Set(mine().map((push) => push.headers['apns-id'])).size).toBe(SCHEDULED);
    expect(mine()).toHaveLength(SCHEDULED);
    // Where a second's worth of them is not sent within one when it is sent at once, they are late by what the machine lacks.
    expect(lateness.at(-1)).toBeLessThanOrEqual(Math.max(PUNCTUAL_MS, 2 * atOnce));
    expect(await violations(postgres.database())).toEqual([]);
  }, 180_000);
});
