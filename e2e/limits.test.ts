import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AppLimits, UsageAnswer } from '@signalbox/contracts';
import { parseId } from '@signalbox/contracts';
import { freePort } from '@signalbox/embedded-postgres';
import {
  canStartRedis,
  eventually,
  type RedisServer,
  type RunningProcess,
  startProcess,
  startRedis,
  usePostgres,
} from '@signalbox/testing';

const OPERATOR = `sbo_${randomBytes(24).toString('base64url')}`;
const BODY = JSON.stringify({ to: { userId: 'ada' }, content: { body: 'hello' } });
const canRun = canStartRedis();

interface TestApp {
  readonly id: string;
  readonly key: string;
}

/** Real processes: auth, where operators set limits, and push twice, where they are kept. */
(canRun ? describe : describe.skip)(
  `what an app may ask for${canRun ? '' : ' (skipped: there is no redis-server on PATH)'}`,
  () => {
    const processes: RunningProcess[] = [];
    let redis: RedisServer;
    let auth: string;
    let doors: string[];
    afterAll(async () => {
      await Promise.all(processes.map((process) => process.stop()));
      await redis.stop();
    }, 30_000);
    const postgres = usePostgres();
    beforeAll(async () => {
      redis = (await startRedis({ directory: mkdtempSync(join(tmpdir(), 'limits-')) }))!;
      const env = {
        DATABASE_URL: postgres.url(),
        REDIS_URL: redis.url,
        QUEUE_PREFIX: '{limits}',
        MASTER_KEY: randomBytes(32).toString('base64'),
        OPERATOR_TOKEN: OPERATOR,
        LOG_LEVEL: 'warn',
      };
      const start = async (name: string, more = {}) => {
        const url = `http://127.0.0.1:${await freePort(0)}`;
        processes.push(
          await startProcess({
            entry: `apps/${name}/dist/main.js`,
            env: { ...env, PORT: new URL(url).port, ...more },
            ready: { url: `${url}/health/ready` },
            within: 60_000,
          }),
        );
        return url;
      };
      const api = { PUSH_ROLES: 'api' };
      [auth, ...doors] = (await Promise.all([start('auth'), start('push', api), start('push', api)])) as [
        string,
        ...string[],
      ];
    }, 90_000);

    async function ask<Body>(method: string, url: string, token: string, body?: object | string) {
      const answer = await fetch(url, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
    }
    async function newApp(limits: Partial<AppLimits>): Promise<TestApp> {
      const { body: app } = await ask<{ id: string }>('POST', `${auth}/v1/apps`, OPERATOR, {
        name: 'Shop',
        mode: 'test',
      });
      const scopes = ['notifications:write', 'notifications:read'];
      const { body: made } = await ask<{ key: string }>('POST', `${auth}/v1/api-keys`, OPERATOR, {
        ...{ appId: app.id, kind: 'secret', name: 'backend', scopes },
      });
      expect((await ask('PUT', `${auth}/v1/apps/${app.id}/limits`, OPERATOR, limits)).status).toBe(200);
      return { id: app.id, key: made.key };
    }
    /** Every process knows what was set: it is within a second. */
    async function untilKnown({ key }: TestApp, header: RegExp): Promise<void> {
      for (const door of doors)
        await eventually(async () =>
          expect((await ask('GET', `${door}/v1/usage`, key)).headers.get('ratelimit-policy')).toMatch(header),
        );
    }
    const send = (key: string, at = 0, idempotencyKey?: string) =>
      fetch(`${doors[at % doors.length]}/v1/notifications`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
        body: BODY,
      });
    const stored = async ({ id }: TestApp): Promise<number> => {
      const { rows } = await postgres
        .database()
        .query<{ count: number }>(
          "SELECT count(*)::int FROM event_log WHERE app_id = $1 AND type = 'notification.accepted'",
          [parseId('app', id)],
        );
      return rows[0]!.count;
    };
    /** So many at a time, at both doors. @returns how often each status came. */
    async function storm(app: TestApp, times: number, meanwhile?: (done: number) => Promise<void>) {
      const statuses: Record<number, number> = {};
      const startedAt = performance.now();
      let next = 0;
      const caller = async (): Promise<void> => {
        while (next < times) {
          next += 1;
          const answer = await send(app.key, next);
          await answer.arrayBuffer();
          statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
          await meanwhile?.(next);
        }
      };
      await Promise.all(Array.from({ length: 16 }, caller));
      return { statuses, seconds: (performance.now() - startedAt) / 1_000 };
    }
    const SEND = { perSecond: 5, burst: 100 };
    /** What marks that a process knows the limits of an app, at another class than the one that is measured. */
    const MARKED = { requests: { read: { perSecond: 777, burst: 777 }, send: SEND } };

    it('is a burst and what time brings, at whichever process, and nobody else gets less for it', async () => {
      const [loud, quiet] = [await newApp(MARKED), await newApp({})];
      await untilKnown(loud, /"read";q=777/);
      const others: number[] = [];
      const { statuses, seconds } = await storm(loud, 600, async (done) => {
        if (done % 30 === 0) others.push((await send(quiet.key, done)).status);
      });
      expect(Object.keys(statuses).sort()).toEqual(['202', '429']);
      const brought = SEND.burst + seconds * SEND.perSecond;
      // Each process answers some before it hears what the other has taken.
      expect(statuses[202]).toBeLessThanOrEqual(brought + 32);
      expect(statuses[202]).toBeGreaterThanOrEqual(SEND.burst - 2);
      expect(await stored(loud)).toBe(statuses[202]);
      expect(new Set(others)).toEqual(new Set([202]));
      const refused = await send(loud.key);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(refused.headers.get('ratelimit')).toMatch(/^"send";r=0;t=\d+$/);
      expect(await refused.json()).toMatchObject({ code: 'rate_limited', status: 429 });
    }, 60_000);

    it('holds while redis is killed in the middle of it: everybody is answered, and no process gives more than a bucket', async () => {
      const app = await newApp(MARKED);
      await untilKnown(app, /"read";q=777/);
      let killed: Promise<void> | undefined;
      const { statuses, seconds } = await storm(app, 600, async (done) => {
        if (done > 40) killed ??= redis.kill();
        await killed;
      });
      expect(Object.keys(statuses).sort()).toEqual(['202', '429']);
      expect(statuses[202]).toBeLessThanOrEqual(doors.length * (SEND.burst + seconds * SEND.perSecond));
      expect(await stored(app)).toBe(statuses[202]);
      await redis.start();
    }, 60_000);

    it('is as many notifications a day as its quota, to the last one, a repeat not counted', async () => {
      const app = await newApp({ requests: MARKED.requests, quotas: { notificationsPerDay: 60 } });
      await untilKnown(app, /"read";q=777/);
      const first = await send(app.key, 0, 'order-1');
      const { id } = (await first.json()) as { id: string };
      const answers: number[] = [];
      // In ones and in batches, at both doors, each order twice.
      for (let order = 1; order <= 40; order += 1)
        for (const door of [0, 1]) answers.push((await send(app.key, door, `order-${order}`)).status);
      expect(new Set(answers)).toEqual(new Set([202]));
      expect(await stored(app)).toBe(40);
      const lines = { notifications: Array.from({ length: 50 }, () => JSON.parse(BODY) as object) };
      const { body: batch } = await ask<{ results: { status: string; problem?: { code: string } }[] }>(
        ...(['POST', `${doors[1]}/v1/notifications/batch`, app.key, lines] as const),
      );
      const accepted = batch.results.filter(({ status }) => status === 'accepted').length;
      expect(batch.results.filter(({ problem }) => problem?.code === 'quota_exceeded')).toHaveLength(50 - accepted);
      const rest = await eventually(async () => {
        // What the other process holds goes to whoever asks it.
        const statuses = [(await send(app.key, 0)).status, (await send(app.key, 1)).status];
        expect(statuses).toEqual([429, 429]);
        return stored(app);
      });
      expect(rest).toBe(60);

      const refused = await send(app.key, 0);
      expect(refused.headers.get('ratelimit')).toMatch(/^"notifications-a-day";r=0;t=\d+$/);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(86_400);
      expect(await refused.json()).toMatchObject({
        code: 'quota_exceeded',
        detail: expect.stringContaining('60 notifications a day'),
      });
      const replayed = await send(app.key, 1, 'order-1');
      expect([replayed.status, await replayed.json()]).toEqual([202, { id, status: 'accepted' }]);
      const { body: usage } = await ask<UsageAnswer>('GET', `${doors[0]}/v1/usage`, app.key);
      expect(usage.notifications).toMatchObject({ day: { used: 60, limit: 60 }, month: { used: 60, limit: null } });
      const { body: ofOperator } = await ask<UsageAnswer>('GET', `${doors[0]}/v1/usage?appId=${app.id}`, OPERATOR);
      expect(ofOperator).toEqual(usage);

      await ask('PUT', `${auth}/v1/apps/${app.id}/limits`, OPERATOR, { quotas: { notificationsPerMonth: 61 } });
      await eventually(async () => expect((await send(app.key, 0)).status).toBe(202), { within: 10_000 });
      await eventually(async () => expect((await send(app.key, 1)).status).toBe(429), { within: 10_000 });
      expect(await stored(app)).toBe(61);
    }, 60_000);

    it('is for operators to say, for keys that there are, and is in the log', async () => {
      const app = await newApp({ quotas: { notificationsPerDay: 5 } });
      const put = (token: string, limits: object) => ask('PUT', `${auth}/v1/apps/${app.id}/limits`, token, limits);
      expect((await put(app.key, {})).status).toBe(403);
      const stranger = 'key_01h455vb4pex5vsknk084sn02q';
      expect(await put(OPERATOR, { keys: { [stranger]: {} } })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: `/keys/${stranger}` }] },
      });
      expect((await ask('GET', `${auth}/v1/apps/${app.id}/limits`, app.key)).body).toEqual({
        requests: {},
        keys: {},
        quotas: { notificationsPerDay: 5 },
      });
      // Said twice, it is changed once.
      await put(OPERATOR, { quotas: { notificationsPerDay: 5 } });
      const { rows } = await postgres
        .database()
        .query("SELECT payload FROM event_log WHERE app_id = $1 AND type = 'app.limits_changed'", [
          parseId('app', app.id),
        ]);
      expect(rows).toEqual([{ payload: { version: 1 } }]);
    });
  },
);
