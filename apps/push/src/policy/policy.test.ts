import { describe, expect, it } from '@jest/globals';
import {
  formatId,
  newUuid,
  type Page,
  type PolicyVersion,
  type PolicyView,
  type PreferencesView,
  type ProblemBody,
  type Uuid,
} from '@signalbox/contracts';
import { SignJWT } from 'jose';
import { type TestApp, usePushRoutes } from '../push-routes.harness.js';
import { PolicyModule } from './policy.module.js';

const NIGHT = { start: '22:00', end: '08:00' };
const marketing = (perDay: number) => ({
  categories: { marketing: { consent: 'out', quietHours: 'delay', caps: [{ max: perDay, perSeconds: 86_400 }] } },
});

describe('the policy of an app', () => {
  const routes = usePushRoutes((database, envelope, tokens) => [PolicyModule.with(database, envelope, tokens)]);

  async function makeApp(): Promise<TestApp> {
    const app = await routes.makeApp();
    const scopes = ['notifications:read', 'notifications:write', 'devices:read', 'devices:write'] as const;
    return { ...app, secret: await routes.makeKey(app.id, 'secret', [...scopes]) };
  }
  const put = (app: TestApp, body: unknown, version?: number) =>
    routes.call<PolicyView & ProblemBody>(
      'PUT',
      '/v1/policy',
      app.secret,
      body,
      undefined,
      version === undefined ? {} : { 'if-match': `"${version}"` },
    );
  const factsOf = async (app: Uuid): Promise<unknown[]> =>
    (
      await routes
        .database()
        .query<{ type: string; payload: unknown }>(
          'SELECT type, payload FROM event_log WHERE app_id = $1 ORDER BY id',
          [app],
        )
    ).rows;

  it('is one that sends everything, until the app puts its own', async () => {
    const app = await makeApp();
    expect(await routes.call<unknown>('GET', '/v1/policy', app.secret)).toMatchObject({
      status: 200,
      etag: '"0"',
      body: {
        version: 0,
        at: null,
        document: { defaults: { consent: 'in', timeZone: 'UTC', caps: [] }, categories: {} },
      },
    });
    expect(await put(app, marketing(3))).toMatchObject({
      status: 200,
      etag: '"1"',
      body: { version: 1, document: { categories: { marketing: { mandatory: false, guarantee: 'at-least-once' } } } },
    });
  });

  it('is changed by whoever has read the version in force, and each version stays', async () => {
    const app = await makeApp();
    await put(app, marketing(3));
    for (const stale of [undefined, 0, 2]) {
      expect(await put(app, marketing(5), stale)).toMatchObject({
        status: 412,
        etag: '"1"',
        body: { code: 'policy_changed' },
      });
    }
    expect((await put(app, marketing(5), 1)).body.version).toBe(2);
    expect((await put(app, marketing(5), 2)).body.version).toBe(2);
    const page = async (query: string) =>
      (await routes.call<Page<PolicyVersion>>('GET', `/v1/policy/versions${query}`, app.secret)).body;
    const first = await page('?limit=1');
    expect([first.items.map(({ version }) => version), first.next]).toEqual([[2], '2']);
    expect((await page('?after=2')).items.map(({ version }) => version)).toEqual([1]);
    expect((await routes.call('GET', '/v1/policy/versions?after=first', app.secret)).status).toBe(422);
    const one = await routes.call<PolicyView>('GET', '/v1/policy/versions/1', app.secret);
    expect(one.body.document.categories['marketing']!.caps).toEqual([{ max: 3, perSeconds: 86_400 }]);
    expect((await routes.call<unknown>('GET', '/v1/policy/versions/3', app.secret)).status).toBe(404);
    expect(await factsOf(app.id)).toEqual([
      { type: 'policy.changed', payload: { version: 1, changed: ['/categories/marketing'] } },
      { type: 'category.changed', payload: { category: 'marketing', guarantee: 'at-least-once' } },
      { type: 'policy.changed', payload: { version: 2, changed: ['/categories/marketing/caps'] } },
    ]);
  });

  it('lets one of ten who change the same version at once', async () => {
    const app = await makeApp();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => put(app, marketing(index + 1))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
  });

  it('is found by workers of the version before, who ask for a table of categories', async () => {
    const [app, other] = [await makeApp(), await makeApp()];
    const once = { guarantee: 'at-most-once' };
    await put(app, { categories: { codes: once, ...marketing(3).categories } });
    await put(app, { categories: { codes: once, alerts: once } }, 1);
    await put(other, { categories: { marketing: once } });
    const { rows } = await routes
      .database()
      .query(
        `SELECT name FROM category WHERE app_id = $1 AND name = ANY ($2::text[]) AND guarantee = 'at-most-once' ORDER BY name`,
        [app.id, ['codes', 'alerts', 'marketing']],
      );
    expect(rows).toEqual([{ name: 'alerts' }, { name: 'codes' }]);
  });

  it('has the guarantee of its categories, which can be put one by one', async () => {
    const app = await makeApp();
    await put(app, marketing(3));
    const category = await routes.call<unknown>('PUT', '/v1/categories/marketing', app.secret, {
      guarantee: 'at-most-once',
    });
    expect(category).toMatchObject({ status: 200, body: { name: 'marketing', guarantee: 'at-most-once' } });
    await routes.call<unknown>('PUT', '/v1/categories/alerts', app.secret, { guarantee: 'at-least-once' });
    const { body } = await routes.call<PolicyView>('GET', '/v1/policy', app.secret);
    expect([body.version, body.document.categories]).toMatchObject([
      3,
      { marketing: { guarantee: 'at-most-once', consent: 'out' }, alerts: { mandatory: false } },
    ]);
    expect((await routes.call<unknown>('GET', '/v1/categories', app.secret)).body).toMatchObject({
      categories: [{ name: 'alerts' }, { name: 'marketing' }],
    });
  });

  it.each([
    [
      'a time that no clock shows',
      { defaults: { quietHours: [{ start: '24:00', end: '08:00' }] } },
      '/defaults/quietHours/0/start',
    ],
    [
      'a window without length',
      { defaults: { quietHours: [{ start: '08:00', end: '08:00' }] } },
      '/defaults/quietHours/0/end',
    ],
    ['a zone that is none', { defaults: { timeZone: 'Mars/Olympus' } }, '/defaults/timeZone'],
    ['a cap that nothing passes', { defaults: { caps: [{ max: 0, perSeconds: 60 }] } }, '/defaults/caps/0/max'],
    ['a word that means nothing', { categories: { news: { quietHours: 'later' } } }, '/categories/news/quietHours'],
  ])('refuses %s, and names it', async (_, document, pointer) => {
    const answer = await put(await makeApp(), document);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  describe('and what its users said', () => {
    const of = (app: TestApp, user: string) =>
      routes.call<PreferencesView>('GET', `/v1/users/${user}/preferences`, app.secret);

    it('is nothing at first, and is replaced as a whole', async () => {
      const app = await makeApp();
      expect((await of(app, 'ann')).body).toEqual({
        ...{ userId: 'ann', choices: {}, quietHours: null, timeZone: null, locale: null, updatedAt: null },
      });
      const said = { choices: { news: 'out', '*': 'in' }, quietHours: [NIGHT], timeZone: 'Asia/Tokyo' };
      const path = '/v1/users/ann/preferences';
      expect(await routes.call<unknown>('PUT', path, app.secret, said)).toMatchObject({
        status: 200,
        body: { ...said, locale: null },
      });
      expect((await routes.call<unknown>('PUT', path, app.secret, said)).status).toBe(200);
      await routes.call<unknown>('PUT', path, app.secret, { choices: { '*': 'in', news: 'out' }, locale: 'de-CH' });
      expect((await of(app, 'ann')).body).toMatchObject({
        choices: said.choices,
        quietHours: null,
        timeZone: null,
        locale: 'de-CH',
      });
      expect(await factsOf(app.id)).toEqual([
        {
          type: 'preferences.changed',
          payload: { userId: 'ann', changed: ['/choices', '/quietHours', '/timeZone'], by: 'app' },
        },
        {
          type: 'preferences.changed',
          payload: { userId: 'ann', changed: ['/locale', '/quietHours', '/timeZone'], by: 'app' },
        },
      ]);
    });

    it('is said by the user, too: with an access token, or on a phone with a token of the backend', async () => {
      const app = await makeApp();
      const said = { choices: { news: 'out' } };
      const userId = formatId('user', newUuid());
      const token = await routes.issuer().userToken(app.id, { userId, scope: 'devices:register-own' });
      expect(await routes.call<unknown>('PUT', '/v1/me/preferences', token, said)).toMatchObject({
        status: 200,
        body: { userId, ...said },
      });
      const secret = new TextEncoder().encode(app.userTokenSecret);
      const bob = await new SignJWT({ sub: 'bob' })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('1h')
        .sign(secret);
      expect((await routes.call<unknown>('PUT', '/v1/me/preferences', app.publishable, said, bob)).status).toBe(200);
      const mine = await routes.call<unknown>('GET', '/v1/me/preferences', app.publishable, undefined, bob);
      expect(mine.body).toMatchObject({ userId: 'bob', ...said });
      expect(await routes.call<unknown>('PUT', '/v1/me/preferences', app.publishable, said)).toMatchObject({
        status: 403,
        body: { code: 'user_token_required' },
      });
      expect((await of(await makeApp(), 'bob')).body).toMatchObject({ choices: {} });
    });

    it('does not end what is mandatory', async () => {
      const app = await makeApp();
      await put(app, { categories: { security: { mandatory: true } } });
      const answer = await routes.call<unknown>('PUT', '/v1/users/ann/preferences', app.secret, {
        choices: { security: 'out', news: 'out' },
      });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/choices/security' }] } });
      expect((await of(app, 'ann')).body.updatedAt).toBeNull();
    });
  });
});
