import { describe, expect, it } from '@jest/globals';
import { parseId } from '@signalbox/contracts';
import { eventually } from '@signalbox/testing';
import { OPERATOR, useAuthApi } from '../auth-api.harness.js';

describe('the limits of an app', () => {
  const auth = useAuthApi();
  const { call, newApp, newKey } = auth;
  const put = (app: string, limits: object, token = OPERATOR) => call('PUT', `/v1/apps/${app}/limits`, token, limits);

  it('are for operators to say, for keys that there are, and in the log when they change', async () => {
    const app = await newApp();
    const { id, key } = await newKey(app);
    const limits = {
      requests: { send: { perSecond: 0.5, burst: 10 } },
      keys: { [id]: { read: { perSecond: 1, burst: 2 } } },
      quotas: { notificationsPerDay: 5 },
    };
    expect((await put(app, limits, key)).status).toBe(403);
    expect(await put(app, limits)).toMatchObject({ status: 200, body: limits });
    expect((await call('GET', `/v1/apps/${app}/limits`, key)).body).toEqual(limits);
    const foreign = (await newKey(await newApp())).id;
    for (const stranger of [foreign, 'key_none'])
      expect(await put(app, { keys: { [stranger]: {} } })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: `/keys/${stranger}` }] },
      });
    for (const bad of [
      { requests: { send: { perSecond: 0, burst: 1 } } },
      { requests: { send: { perSecond: 1, burst: 0.5 } } },
      { quotas: { notificationsPerDay: -1 } },
      { quotas: { perYear: 1 } },
    ])
      expect((await put(app, bad)).status).toBe(422);
    expect((await put('app_none', {})).status).toBe(404);
    // Said twice, they are changed once.
    await put(app, limits);
    const facts = async () =>
      (
        await auth
          .database()
          .query<{ payload: { version: number } }>(
            "SELECT payload FROM event_log WHERE app_id = $1 AND type = 'app.limits_changed' ORDER BY id",
            [parseId('app', app)],
          )
      ).rows.map(({ payload }) => payload.version);
    expect(await facts()).toEqual([1]);
    expect((await put(app, {})).body).toEqual({ requests: {}, keys: {}, quotas: {} });
    expect(await facts()).toEqual([1, 2]);
  });

  it('are in force a moment later, and are taken back as soon', async () => {
    const app = await newApp();
    const { key } = await newKey(app);
    const policy = async () => {
      const { headers } = await fetch(`${auth.url()}/v1/apps/${app}`, { headers: { authorization: `Bearer ${key}` } });
      return headers.get('ratelimit-policy');
    };
    const usual = await policy();
    await put(app, { requests: { read: { perSecond: 7, burst: 70 } } });
    await eventually(async () => expect(await policy()).toBe('"read";q=70;w=10'));
    await put(app, {});
    await eventually(async () => expect(await policy()).toBe(usual));
  });
});
