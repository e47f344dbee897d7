import { describe, expect, it } from '@jest/globals';
import {
  type AttributesView,
  type AudienceSize,
  type DeviceTopics,
  formatId,
  newUuid,
  type Page,
  type ProblemBody,
  type SegmentView,
  type TopicChange,
  type TopicView,
} from '@signalbox/contracts';
import { DevicesModule } from '../devices/devices.module.js';
import { type TestApp, usePushRoutes } from '../push-routes.harness.js';
import { AudiencesModule } from './audiences.module.js';

interface PhoneDetails {
  readonly userId?: string;
  readonly platform?: 'ios' | 'android';
  readonly locale?: string;
  readonly appVersion?: string;
  readonly timeZone?: string;
}

describe('audiences', () => {
  const routes = usePushRoutes((database, envelope, tokens) => [
    DevicesModule.with(database, envelope, tokens),
    AudiencesModule.with(database),
  ]);

  async function makeApp(): Promise<TestApp> {
    const app = await routes.makeApp();
    const scopes = ['notifications:read', 'notifications:write', 'devices:read', 'devices:write'] as const;
    return { ...app, secret: await routes.makeKey(app.id, 'secret', [...scopes]) };
  }
  async function phone(app: TestApp, name: string, { platform = 'android', ...details }: PhoneDetails = {}) {
    const token = `${name}-of-${app.id}`;
    const apns = {
      target: { kind: 'apns', token: 'ab'.repeat(32) },
      environment: 'sandbox',
      bundleId: 'com.example.a',
    };
    const target = platform === 'ios' ? apns : { target: { kind: 'fcm_token', token } };
    const answer = await routes.call('PUT', `/v1/devices/${name}`, app.secret, { platform, ...target, ...details });
    expect(answer.status).toBe(201);
  }
  const call = <Body = ProblemBody>(app: TestApp, method: string, path: string, body?: unknown) =>
    routes.call<Body>(method, path, app.secret, body);

  describe('topics', () => {
    it('are what phones subscribe to, one by one, and what backends subscribe many to', async () => {
      const app = await makeApp();
      await phone(app, 'p1', { userId: 'ann' });
      await phone(app, 'p2', { userId: 'ann' });
      await phone(app, 'p3');
      const own = await routes.call('PUT', '/v1/devices/p3/topics/news', app.publishable);
      expect(own.status).toBe(204);
      const subscribe = (topic: string, members: object) =>
        call<TopicChange>(app, 'POST', `/v1/topics/${topic}/subscribe`, members);
      expect((await subscribe('news', { userIds: ['ann', 'bob'] })).body).toEqual({ devices: 2, unknown: ['bob'] });
      expect((await subscribe('news', { installationIds: ['p3', 'p9'] })).body).toEqual({
        devices: 0,
        unknown: ['p9'],
      });
      await subscribe('alerts', { installationIds: ['p3'] });
      const first = await call<Page<TopicView>>(app, 'GET', '/v1/topics?limit=1');
      expect(first.body).toEqual({ items: [{ name: 'alerts', devices: 1, more: false }], next: 'alerts' });
      const second = await call<Page<TopicView>>(app, 'GET', '/v1/topics?limit=1&after=alerts');
      expect(second.body).toEqual({ items: [{ name: 'news', devices: 3, more: false }], next: null });
      await call(app, 'DELETE', '/v1/devices/p3/topics/news');
      expect((await call<DeviceTopics>(app, 'GET', '/v1/devices/p3/topics')).body).toEqual({ topics: ['alerts'] });
      const gone = await call<TopicChange>(app, 'POST', '/v1/topics/news/unsubscribe', { userIds: ['ann'] });
      expect(gone.body).toEqual({ devices: 2, unknown: [] });
      const other = await makeApp();
      expect((await call<Page<TopicView>>(other, 'GET', '/v1/topics')).body).toEqual({ items: [], next: null });
      expect((await call(other, 'PUT', '/v1/devices/p3/topics/news')).status).toBe(404);
    });

    it('of another user are out of reach for a user, and names and members are checked', async () => {
      const app = await makeApp();
      await phone(app, 'p1', { userId: 'ann' });
      const bad = await call(app, 'POST', '/v1/topics/Big%20News/subscribe', {
        installationIds: ['p1'],
        userIds: ['ann'],
      });
      expect(bad.status).toBe(422);
      expect(bad.body.errors?.map(({ pointer }) => pointer)).toEqual(['/topic', '']);
      const tokenOf = async (userId: string) =>
        routes.issuer().userToken(app.id, { userId, scope: 'devices:register-own' });
      const [ann, bob] = [formatId('user', newUuid()), formatId('user', newUuid())];
      await phone(app, 'p2', { userId: ann });
      expect((await routes.call('PUT', '/v1/devices/p2/topics/news', await tokenOf(bob))).status).toBe(404);
      expect((await routes.call('PUT', '/v1/devices/p2/topics/news', await tokenOf(ann))).status).toBe(204);
    });

    it('of a phone are at most 500', async () => {
      const app = await makeApp();
      await phone(app, 'p1');
      await routes.database().query(
        `INSERT INTO topic_subscription (app_id, topic, device_id)
         SELECT $1, 't' || n, (SELECT id FROM device WHERE app_id = $1) FROM generate_series(1, 499) AS n`,
        [app.id],
      );
      const subscribe = (topic: string) => call(app, 'PUT', `/v1/devices/p1/topics/${topic}`);
      expect((await subscribe('last')).status).toBe(204);
      expect(await subscribe('another')).toMatchObject({ status: 409, body: { code: 'too_many_topics' } });
      expect((await subscribe('last')).status).toBe(204);
      const many = await call<TopicChange>(app, 'POST', '/v1/topics/another/subscribe', { installationIds: ['p1'] });
      expect(many.body).toEqual({ devices: 0, unknown: [] });
      expect((await call<DeviceTopics>(app, 'GET', '/v1/devices/p1/topics')).body.topics).toHaveLength(500);
    });

    it('of a topic are counted up to ten thousand in a list', async () => {
      const app = await makeApp();
      await routes.database().query(
        `INSERT INTO topic_subscription (app_id, topic, device_id)
         SELECT $1, topic, gen_random_uuid() FROM (VALUES ('big', 10001), ('full', 10000)) AS t (topic, n), generate_series(1, n)`,
        [app.id],
      );
      expect((await call<Page<TopicView>>(app, 'GET', '/v1/topics')).body.items).toEqual([
        { name: 'big', devices: 10_000, more: true },
        { name: 'full', devices: 10_000, more: false },
      ]);
    });
  });

  describe('attributes', () => {
    it('are replaced, changed one by one and taken away', async () => {
      const app = await makeApp();
      const path = '/v1/users/ann/attributes';
      expect((await call<AttributesView>(app, 'GET', path)).body).toEqual({ userId: 'ann', attributes: {} });
      await call(app, 'PUT', path, { plan: 'free', age: 7 });
      const changed = await call<AttributesView>(app, 'PATCH', path, { age: null, tags: ['a', 'b'], vip: true });
      expect(changed.body.attributes).toEqual({ plan: 'free', tags: ['a', 'b'], vip: true });
      expect((await call<AttributesView>(app, 'PUT', path, {})).body.attributes).toEqual({});
    });

    it('are few, flat and short, and whoever sends others hears which', async () => {
      const app = await makeApp();
      const path = '/v1/users/ann/attributes';
      const bad = await call(app, 'PUT', path, { plan: { name: 'free' }, 'a b': 1, long: 'x'.repeat(257) });
      expect(bad.status).toBe(422);
      expect(bad.body.errors?.map(({ pointer }) => pointer).toSorted()).toEqual(['/a b', '/long', '/plan']);
      const many = (from: number) => Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`a${from + n}`, n]));
      expect((await call(app, 'PATCH', path, many(0))).status).toBe(200);
      expect(await call(app, 'PATCH', path, many(40))).toMatchObject({
        status: 422,
        body: { errors: [{ reason: 'would leave the user with 80 attributes: must be at most 50' }] },
      });
    });
  });

  describe('segments', () => {
    it('keep their filter under a name, with a version for each change', async () => {
      const app = await makeApp();
      const put = (filter: object) => call<SegmentView>(app, 'PUT', '/v1/segments/germans', { filter });
      const german = { device: 'language', is: 'de' };
      expect((await put(german)).body).toMatchObject({ name: 'germans', version: 1, filter: german });
      expect((await put(german)).body.version).toBe(1);
      expect((await put({ all: [german, { topic: 'news' }] })).body.version).toBe(2);
      expect((await call<Page<SegmentView>>(app, 'GET', '/v1/segments')).body.items).toHaveLength(1);
      expect((await call(await makeApp(), 'GET', '/v1/segments/germans')).status).toBe(404);
      expect((await call(app, 'DELETE', '/v1/segments/germans')).status).toBe(204);
      expect((await call(app, 'GET', '/v1/segments/germans')).status).toBe(404);
    });

    it('find exactly the phones that their filter means', async () => {
      const app = await makeApp();
      await phone(app, 'p1', { userId: 'ann', platform: 'ios', locale: 'de-CH', appVersion: '4.12.0' });
      await phone(app, 'p2', { userId: 'bob', locale: 'DE', appVersion: '4.9', timeZone: 'Asia/Tokyo' });
      await phone(app, 'p3', { userId: 'cleo', locale: 'fr', appVersion: '10.0-beta' });
      await phone(app, 'p4', {});
      await phone(app, 'gone', { userId: 'ann', locale: 'de' });
      await call(app, 'DELETE', '/v1/devices/gone');
      await call(app, 'PUT', '/v1/users/ann/attributes', {
        plan: 'pro',
        visits: 12,
        tags: ['golf'],
        since: '2026-05-01',
      });
      await call(app, 'PUT', '/v1/users/bob/attributes', { plan: 'free', visits: 'many' });
      await call(app, 'POST', '/v1/topics/news/subscribe', { installationIds: ['p3', 'p4', 'gone'] });
      const expected: [object, number][] = [
        [{ device: 'language', is: 'de' }, 2],
        [{ device: 'locale', in: ['de-ch', 'fr'] }, 2],
        [{ not: { device: 'language', is: 'de' } }, 2],
        [{ device: 'channel', is: 'apns' }, 1],
        [{ device: 'platform', in: ['ios', 'android'] }, 4],
        [{ device: 'timeZone', is: 'Asia/Tokyo' }, 1],
        [{ device: 'appVersion', atLeast: '4.10' }, 2],
        [{ device: 'appVersion', atLeast: '4.12.0.0' }, 2],
        [{ device: 'lastSeenAt', withinDays: 1 }, 4],
        [{ device: 'lastSeenAt', before: '2026-01-01T00:00:00Z' }, 0],
        [{ device: 'lastSeenAt', after: '2026-01-01T00:00:00+02:00' }, 4],
        [{ device: 'lastSeenAt', after: '1970-01-02T00:00:00+23:59' }, 4],
        [{ device: 'lastSeenAt', before: '9999-12-31T00:00:00-23:59' }, 4],
        [{ user: 'plan', is: 'pro' }, 1],
        [{ user: 'plan', in: ['pro', 'free'] }, 2],
        [{ user: 'visits', atLeast: 12 }, 1],
        [{ user: 'visits', atMost: 11 }, 0],
        [{ user: 'since', atMost: '2026-06-01' }, 1],
        [{ user: 'tags', contains: 'golf' }, 1],
        [{ user: 'plan', exists: false }, 2],
        [{ topic: 'news' }, 2],
        [
          {
            any: [
              { topic: 'news' },
              {
                all: [
                  { user: 'plan', is: 'pro' },
                  { device: 'platform', is: 'ios' },
                ],
              },
            ],
          },
          3,
        ],
        [{ user: "x' OR 1=1 --", is: 'y' }, -1],
        [{ user: 'plan', is: "x' OR '1'='1" }, 0],
      ];
      const counted = await Promise.all(
        expected.map(async ([filter]) => {
          const { status, body } = await call<AudienceSize>(app, 'POST', '/v1/segments/preview', { filter });
          return [filter, status === 200 ? body.devices : -1];
        }),
      );
      expect(counted).toEqual(expected);
      const all = await call<AudienceSize>(app, 'POST', '/v1/segments/preview', { filter: { not: { topic: 'x' } } });
      expect(all.body).toEqual({
        devices: 4,
        byChannel: { apns: 1, fcm: 3 },
        byLocale: { 'de-CH': 1, DE: 1, fr: 1, unknown: 1 },
      });
    });

    it('name the place of what is wrong with a filter', async () => {
      const app = await makeApp();
      const filter = {
        all: [
          { device: 'shoeSize', is: '42' },
          { device: 'locale', atLeast: 'de' },
          { device: 'platform', is: 'windows' },
          { device: 'lastSeenAt', withinDays: 0 },
          { user: 'visits', is: 1, in: [1] },
          { any: [] },
          { not: { nothing: true } },
          { all: [{ all: [{ all: [{ all: [{ topic: 'a' }] }] }] }] },
          { topic: 'a', also: 'b' },
          'x',
          { device: 'lastSeenAt', before: '0000-01-01T00:00:00Z' },
          { device: 'lastSeenAt', after: '1970-01-01T00:00:00+23:59' },
          { device: 'lastSeenAt', after: '9999-12-31T23:59:59-23:59' },
        ],
      };
      const { status, body } = await call(app, 'POST', '/v1/segments/preview', { filter });
      expect(status).toBe(422);
      expect(body.errors?.map(({ pointer }) => pointer)).toEqual([
        '/filter/all/0/device',
        '/filter/all/1/atLeast',
        '/filter/all/2/is',
        '/filter/all/3/withinDays',
        '/filter/all/4',
        '/filter/all/5/any',
        '/filter/all/6/not',
        '/filter/all/7/all/0/all/0/all/0/all/0',
        '/filter/all/8/also',
        '/filter/all/9',
        '/filter/all/10/before',
        '/filter/all/11/after',
        '/filter/all/12/after',
      ]);
      const many = { any: Array.from({ length: 51 }, () => ({ topic: 'a' })) };
      const crowded = await call(app, 'PUT', '/v1/segments/all', { filter: many });
      expect(crowded.body.errors).toMatchObject([{ pointer: '/filter', reason: 'must have at most 50 conditions' }]);
    });
  });
});
