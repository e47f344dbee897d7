import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appLimits, formatId, type UsageAnswer, type Uuid } from '@signalbox/contracts';
import { freePort } from '@signalbox/embedded-postgres';
import {
  canStartRedis,
  eventually,
  insertAppWithKey,
  type RunningProcess,
  startProcess,
  useOwnRedis,
  usePostgres,
} from '@signalbox/testing';

const OPERATOR = `sbo_${randomBytes(24).toString('base64url')}`;
const BODY = JSON.stringify({ to: { userId: 'ada' }, content: { body: 'hello' } });
/** At the same time. */
const CALLERS = 16;
const canRun = canStartRedis();

interface TestApp {
  readonly id: Uuid;
  readonly key: string;
}

/** Push twice, as real processes that share a Redis. */
(canRun ? describe : describe.skip)(
  `what an app may ask for${canRun ? '' : ' (skipped: there is no redis-server on PATH)'}`,
  () => {
    const processes: RunningProcess[] = [];
    let doors: string[];
    afterAll(async () => {
      await Promise.all(processes.map((process) => process.stop()));
    }, 30_000);
    const redis = useOwnRedis();
    const postgres = usePostgres();
    beforeAll(async () => {
      const env = {
        DATABASE_URL: postgres.url(),
        REDIS_URL: redis()!.url,
        QUEUE_PREFIX: '{limits}',
        MASTER_KEY: randomBytes(32).toString('base64'),
        OPERATOR_TOKEN: OPERATOR,
        LOG_LEVEL: 'warn',
        PUSH_ROLES: 'api',
      };
      const start = async () => {
        const url = `http://127.0.0.1:${await freePort(0)}`;
        processes.push(
          await startProcess({
            entry: 'apps/push/dist/main.js',
            env: { ...env, PORT: new URL(url).port },
            ready: { url: `${url}/health/ready` },
            within: 60_000,
          }),
        );
        return url;
      };
      doors = await Promise.all([start(), start()]);
    }, 90_000);

    async function ask<Body>(method: string, url: string, token: string, body?: object | string) {
      const answer = await fetch(url, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
    }
    /** As auth writes it down. */
    async function setLimits(app: TestApp, limits: object): Promise<void> {
      await postgres.database().query(
        `INSERT INTO app_limit AS kept (app_id, limits) VALUES ($1, $2)
         ON CONFLICT (app_id) DO UPDATE SET limits = excluded.limits, version = kept.version + 1`,
        [app.id, appLimits.parse(limits)],
      );
    }
    async function newApp(limits?: object): Promise<TestApp> {
      const app = await insertAppWithKey(postgres.database(), ['notifications:write', 'notifications:read']);
      if (limits !== undefined) await setLimits(app, limits);
      return app;
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
          [id],
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
      await Promise.all(Array.from({ length: CALLERS }, caller));
      return { statuses, seconds: (performance.now() - startedAt) / 1_000 };
    }
    const SEND = { perSecond: 5, burst: 100 };
    /** What marks that a process knows the limits of an app, at another class than the one that is measured. */
    const MARKED = { requests: { read: { perSecond: 777, burst: 777 }, send: SEND } };

    it('is a burst and what time brings, at whichever process, and nobody else gets less for it', async () => {
      const [loud, quiet] = [await newApp(MARKED), await newApp()];
      await untilKnown(loud, /"read";q=777/);
      const others: number[] = [];
      const { statuses, seconds } = await storm(loud, 300, async (done) => {
        if (done % 15 === 0) others.push((await send(quiet.key, done)).status);
      });
      expect(Object.keys(statuses).sort()).toEqual(['202', '429']);
      const brought = SEND.burst + seconds * SEND.perSecond;
      // Each process answers those that are under way, and a lot, before it hears what the other has taken.
      expect(statuses[202]).toBeLessThanOrEqual(brought + doors.length * (CALLERS + 1));
      expect(statuses[202]).toBeGreaterThanOrEqual(SEND.burst - 2);
      expect(await stored(loud)).toBe(statuses[202]);
      expect(new Set(others)).toEqual(new Set([202]));
      const refused = await eventually(async () => {
        const answer = await send(loud.key);
        expect(answer.status).toBe(429);
        return answer;
      });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(refused.headers.get('ratelimit')).toMatch(/^"send";r=0;t=\d+$/);
      expect(await refused.json()).toMatchObject({ code: 'too_many_requests', status: 429 });
    }, 60_000);

    it('holds while redis is killed in the middle of it: everybody is answered, and no process gives more than a bucket', async () => {
      const app = await newApp(MARKED);
      await untilKnown(app, /"read";q=777/);
      let killed: Promise<void> | undefined;
      const { statuses, seconds } = await storm(app, 300, async (done) => {
        if (done > 40) killed ??= redis()!.kill();
        await killed;
      });
      expect(Object.keys(statuses).sort()).toEqual(['202', '429']);
      expect(statuses[202]).toBeLessThanOrEqual(doors.length * (SEND.burst + seconds * SEND.perSecond));
      expect(await stored(app)).toBe(statuses[202]);
      await redis()!.start();
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
      const { body: ofOperator } = await ask<UsageAnswer>(
        'GET',
        `${doors[0]}/v1/usage?appId=${formatId('app', app.id)}`,
        OPERATOR,
      );
      expect(ofOperator).toEqual(usage);

      await setLimits(app, { quotas: { notificationsPerMonth: 61 } });
      await eventually(async () => expect((await send(app.key, 0)).status).toBe(202), { within: 10_000 });
      await eventually(async () => expect((await send(app.key, 1)).status).toBe(429), { within: 10_000 });
      expect(await stored(app)).toBe(61);
    }, 60_000);
  },
);
