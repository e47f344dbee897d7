import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { migrate, openDatabase, OWN_MIGRATIONS } from '@signalbox/database';
import { PostgresServer } from '@signalbox/embedded-postgres';
import { migrateQueueBackend } from '@signalbox/queues';
import { canStartRedis, eventually, queueBackends, type RedisServer, startRedis } from '@signalbox/testing';
import { openWork, violations } from './invariant.js';
import { goodToken, type Stack, startStack } from './stack.js';

const NOTIFICATIONS = 10_000;
const BATCH = 100;
const USERS = 50;

/** Sends batches until each line is accepted, as a client with idempotency keys does; answers the ids. */
async function sendAll(stack: Stack, onProgress: (accepted: number) => void): Promise<Set<string>> {
  const ids = new Set<string>();
  const batches = Array.from({ length: NOTIFICATIONS / BATCH }, (_, index) => index);
  const sender = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const notifications = Array.from({ length: BATCH }, (_, line) => ({
        to: { userId: `user-${line % USERS}` },
        content: { body: `${batch}/${line}` },
      }));
      const headers = { 'idempotency-key': `batch-${batch}` };
      await eventually(
        async () => {
          const { body } = await stack.push_('POST', '/v1/notifications/batch', { notifications }, headers);
          const accepted = (body.results as { status: string; id: string }[]).filter(
            (result) => result.status === 'accepted',
          );
          expect(accepted).toHaveLength(BATCH);
          accepted.forEach((result) => ids.add(result.id));
        },
        { within: 60_000, every: 100 },
      );
      onProgress(ids.size);
    }
  };
  await Promise.all([sender(), sender(), sender(), sender()]);
  return ids;
}

/**
 * Kills every process with SIGKILL while 10,000 notifications flow: the push service, the event feed, Postgres, and
 * Redis with all it held. Nothing that was accepted may be lost, and what was sent twice must carry the same id.
 */
const backends = queueBackends().filter(({ name }) => name === 'postgres' || canStartRedis());

describe.each(backends)('SIGKILL of any process, with queues on $name', ({ name }) => {
  it(`loses none of ${NOTIFICATIONS} notifications`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'signalbox-kill-'));
    const postgres = await PostgresServer.open({
      directory: join(directory, 'pg'),
      port: 0,
      settings: { max_connections: 150 },
    });
    let redis: RedisServer | undefined;
    let stack: Stack | undefined;
    try {
      const databaseUrl = postgres.url();
      await migrate(databaseUrl, OWN_MIGRATIONS);
      await migrateQueueBackend(databaseUrl);
      if (name === 'redis') redis = await startRedis({ directory: join(directory, 'redis') });
      const system = (stack = await startStack({ databaseUrl, redisUrl: redis?.url, withEvents: true }));
      for (let user = 0; user < USERS; user += 1) {
        await stack.registerDevice(stack.app, {
          installation: `phone-${user}`,
          user: `user-${user}`,
          token: goodToken(),
        });
      }
      const restartPostgres = () => postgres.kill().then(() => postgres.start());
      const faults: [at: number, what: string, strike: () => Promise<unknown>][] = [
        [1_000, 'push', () => system.push.restart()],
        [2_500, 'postgres', restartPostgres],
        [4_000, 'events', () => system.events!.restart()],
        [5_500, 'redis', async () => redis?.kill().then(() => redis?.start())],
        [7_000, 'push and postgres', () => Promise.all([system.push.restart(), restartPostgres()])],
        [8_500, 'postgres', restartPostgres],
      ];
      const striking: Promise<unknown>[] = [];
      const ids = await sendAll(system, (accepted) => {
        while (faults[0] && accepted >= faults[0][0]) striking.push(faults.shift()![2]());
      });
      await Promise.all(striking);
      expect(ids.size).toBe(NOTIFICATIONS);

      const database = openDatabase({ url: databaseUrl, name: 'oracle', onIdleError: () => undefined });
      await eventually(async () => expect(await openWork(database)).toBe(0), { within: 90_000, every: 250 });
      expect(await violations(database)).toEqual([]);
      const { rows } = await database.query<{ id: string; state: string }>('SELECT id, state FROM delivery');
      const [accepted] = (
        await database.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM event_log WHERE type = 'notification.accepted'`,
        )
      ).rows;
      await database.close();

      // Every line has one id, whatever was repeated; an accept whose answer was lost is found again by its key.
      expect(accepted!.count).toBe(NOTIFICATIONS);
      expect(rows.filter((row) => row.state === 'sent')).toHaveLength(NOTIFICATIONS);
      const received = stack
        .received()
        .filter((push) => push.answer.status === 200)
        .map((push) => push.headers['apns-id']);
      expect(new Set(received)).toEqual(new Set(rows.map((row) => row.id)));
      const again = received.length - NOTIFICATIONS;
      process.stdout.write(
        `kill anything (${name}): ${NOTIFICATIONS} accepted, 0 lost, ${again} sent again under their first id\n`,
      );
      expect(again).toBeLessThan(NOTIFICATIONS * 0.2);
    } finally {
      await stack?.stop();
      await redis?.stop();
      await postgres.discard();
      await rm(directory, { recursive: true, force: true });
    }
  }, 240_000);
});
