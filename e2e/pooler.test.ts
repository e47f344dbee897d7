import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refuseUnfitDatabase } from '@signalbox/database';
import { eventually, startProcess, usePostgres, useRedis } from '@signalbox/testing';
import { openWork, violations } from './invariant.js';
import { type PgBouncer, pgBouncerProgram, POOL_SIZE, startPgBouncer } from './pgbouncer.js';
import { goodToken, type Stack, startStack } from './stack.js';

const PATIENCE = 60_000;
const NOTIFICATIONS = 200;
const USERS = 10;

function describeWithPgBouncer(title: string, tests: (program: string) => void): void {
  const program = pgBouncerProgram();
  if (program === undefined) describe.skip(`${title} (skipped: install pgbouncer to run these)`, () => tests(''));
  else describe(title, () => tests(program));
}

/** A real PgBouncer in transaction mode between the services and Postgres. */
describeWithPgBouncer('a pooler in transaction mode', (program) => {
  const poolers: PgBouncer[] = [];
  let stack: Stack | undefined;
  afterAll(async () => {
    await stack?.stop();
    await Promise.all(poolers.map((pooler) => pooler.stop()));
  }, PATIENCE);
  const redis = useRedis();
  const postgres = usePostgres();

  async function pooler(options?: Parameters<typeof startPgBouncer>[2]): Promise<PgBouncer> {
    const started = await startPgBouncer(program, postgres.url(), options);
    poolers.push(started);
    return started;
  }

  describe('in front of what needs no session', () => {
    let between: PgBouncer;
    let running: Stack;
    beforeAll(async () => {
      between = await pooler();
      const through = { DATABASE_POOLER_URL: between.url };
      running = stack = await startStack({
        ...{ databaseUrl: postgres.url(), redisUrl: redis.url(), withEvents: true },
        ...{ pushEnv: through, authEnv: through, eventsEnv: through },
      });
    }, PATIENCE);

    it(
      `has ${NOTIFICATIONS} notifications sent, and what is asked meanwhile answered, over ${POOL_SIZE} sessions`,
      async () => {
        const { app } = running;
        const phones = Array.from({ length: USERS }, (_, n) => ({ installation: `phone-${n}`, user: `user-${n}` }));
        await Promise.all(phones.map((phone) => running.registerDevice(app, { ...phone, token: goodToken() })));
        const ids = await Promise.all(
          Array.from({ length: NOTIFICATIONS }, async (_, n) => {
            const wanted = { to: { userId: `user-${n % USERS}` }, content: { body: `${n}` } };
            const { status, body } = await running.push_('POST', '/v1/notifications', wanted);
            expect(status).toBe(202);
            return body.id as string;
          }),
        );
        await eventually(async () => expect(await openWork(postgres.database())).toBe(0), { within: 30_000 });
        expect(await violations(postgres.database())).toEqual([]);
        expect(new Set(running.received().map(({ headers }) => headers['apns-id'])).size).toBe(NOTIFICATIONS);
        const explained = await running.push_('GET', `/v1/notifications/${ids[0]}/explain`);
        expect(explained.status).toBe(200);
        const feed = await running.call('GET', `${running.urls.events}/v1/events?limit=100`, { key: app.secretKey });
        expect(feed.body.events).toHaveLength(100);
        const apps = await running.call('GET', `${running.urls.auth}/v1/apps/${app.id}`, {
          key: running.env['OPERATOR_TOKEN']!,
        });
        expect(apps.status).toBe(200);
        expect(await between.transactions()).toBeGreaterThan(NOTIFICATIONS);
      },
      PATIENCE,
    );
  });

  describe('is refused by name', () => {
    const NO_SESSIONS = /DATABASE_URL leads through a pooler/;

    it(
      'where DATABASE_URL leads to it, whether it refuses what a session is told or passes over it',
      async () => {
        const refusing = await pooler();
        const started = startProcess({
          entry: 'apps/events/dist/main.js',
          env: { ...stack!.env, PORT: '0', DATABASE_URL: refusing.url },
          ready: { line: (line) => line.includes('"ready":true') },
        });
        await expect(started).rejects.toThrow(/code 78[^]*DATABASE_URL leads through a pooler/);
        const ignored = ['options', 'statement_timeout', 'idle_in_transaction_session_timeout'];
        const silent = await pooler({ ignored });
        await expect(refuseUnfitDatabase({ url: silent.url, poolerUrl: undefined })).rejects.toThrow(NO_SESSIONS);
      },
      PATIENCE,
    );

    it('where it lets a statement run for ever, or leads to another database', async () => {
      const endless = await pooler({ limits: false });
      await expect(refuseUnfitDatabase({ url: postgres.url(), poolerUrl: endless.url })).rejects.toThrow(
        /statement_timeout is 0 ms and idle_in_transaction_session_timeout 0 ms.*connect_query/,
      );
      const elsewhere = new URL(postgres.url());
      elsewhere.pathname = '/postgres';
      await expect(refuseUnfitDatabase({ url: postgres.url(), poolerUrl: elsewhere.href })).rejects.toThrow(
        /DATABASE_POOLER_URL leads to another database/,
      );
    });
  });
});
