import type { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, migrate, openDatabase, OWN_MIGRATIONS } from '@signalbox/database';
import { PostgresServer } from '@signalbox/embedded-postgres';
import { migrateQueueBackend } from '@signalbox/queues';
import type { WEBHOOK_CRASH_POINTS } from '@signalbox/resilience';
import {
  canStartRedis,
  eventually,
  queueBackends,
  startRedis,
  startWebhookReceiver,
  type ReceivedPost,
} from '@signalbox/testing';
import { arm } from './arm.js';
import { endLeases, startEventsProcess, webhookViolations } from './events-process.js';

const EVENTS = 200;
const SUBJECTS = 20;

const directory = mkdtempSync(join(tmpdir(), 'signalbox-webhooks-'));
let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await PostgresServer.open({ directory: join(directory, 'pg'), port: 0, settings: {} });
}, 60_000);
afterAll(async () => {
  await postgres.discard();
  await rm(directory, { recursive: true, force: true });
}, 30_000);

async function makeDatabase(name: string): Promise<string> {
  await postgres.ensureDatabase(name);
  await migrate(postgres.url(name), OWN_MIGRATIONS);
  await migrateQueueBackend(postgres.url(name));
  return postgres.url(name);
}

const backends = queueBackends().filter(({ name }) => name === 'postgres' || canStartRedis());

/**
 * The events process is killed in the middle of a post, Redis is emptied, Postgres is killed and started. Every event must
 * come to every endpoint, what comes twice under one webhook-id and with one body, and in order where order was asked for.
 */
describe.each(backends)('webhooks, with queues on $name', ({ name }) => {
  it(`lose none of ${EVENTS} events, whatever is killed or emptied`, async () => {
    const receiver = await startWebhookReceiver();
    const redis = name === 'redis' ? await startRedis({ directory: join(directory, 'redis') }) : undefined;
    const databaseUrl = await makeDatabase(`faults_${name}`);
    const database = openDatabase({ url: databaseUrl, name: 'oracle', onIdleError: () => undefined });
    const events = await startEventsProcess(database, { databaseUrl, redisUrl: redis?.url });
    try {
      await events.makeEndpoint({ url: `${receiver.url}/plain`, eventTypes: ['delivery.sent'] });
      await events.makeEndpoint({ url: `${receiver.url}/ordered`, eventTypes: ['delivery.sent'], ordered: true });
      // The process dies with posts that were sent and are not answered, let alone recorded.
      const killed = new Promise<void>((resolve) => {
        receiver.script('/plain', (_post, turn) => {
          if (turn !== 40) return { status: 204 };
          void events.process.kill().then(() => resolve());
          return 'hang';
        });
      });
      const subjects = Array.from({ length: EVENTS }, (_, n) => `ntf_${n % SUBJECTS}`);
      const ids = await events.facts(database, subjects);
      await killed;
      await redis?.flushAll();
      await events.process.restart();
      await endLeases(database);
      const seen = receiver.posts.length;
      await eventually(() => receiver.posts.length > seen, { within: 20_000 });
      await postgres.kill();
      await postgres.start();
      await endLeases(database);

      await eventually(async () => expect(await openDeliveries(database)).toBe(0), { within: 60_000, every: 100 });
      expect(await webhookViolations(database)).toEqual([]);
      const { rows } = await database.query('SELECT state, count(*)::int AS count FROM webhook_delivery GROUP BY 1');
      expect(rows).toEqual([{ state: 'delivered', count: 2 * EVENTS }]);
      for (const path of ['/plain', '/ordered']) {
        const posts = receiver.postsTo(path);
        expect(new Set(posts.map(idOf))).toEqual(new Set(ids));
        const bodies = Map.groupBy(posts, idOf);
        expect([...bodies.values()].every((each) => new Set(each.map((post) => post.body)).size === 1)).toBe(true);
      }
      expect(firstOf(receiver.postsTo('/ordered'))).toEqual(bySubject(ids, subjects));
      const again = receiver.posts.length - 2 * EVENTS;
      process.stdout.write(`webhooks (${name}): ${EVENTS} events to 2 endpoints, 0 lost, ${again} posts came again\n`);
      expect(again).toBeGreaterThan(0);
      expect(again).toBeLessThan(EVENTS / 2);
    } finally {
      await events.process.stop();
      await receiver.close();
      await database.close();
      await redis?.stop();
    }
  }, 120_000);
});

/** Before a point is after the one in front of it; `webhook.publish` and the rest of `fan-out.publish` only save time. */
const KILLS = [
  'fan-out.write:after',
  'fan-out.publish:before',
  'webhook.load:after',
  'webhook.post:after',
  'webhook.commit:after',
  'recover.commit:after',
] as const satisfies `${(typeof WEBHOOK_CRASH_POINTS)[number]}:${'before' | 'after'}`[];

/** An events process kills itself with SIGKILL between any two steps on the way of an event to its endpoint. */
describe('webhooks, killed at every point of the way', () => {
  it(`lose nothing in ${KILLS.length} kills`, async () => {
    const databaseUrl = await makeDatabase('crash_points');
    const receiver = await startWebhookReceiver();
    const database = openDatabase({ url: databaseUrl, name: 'oracle', onIdleError: () => undefined });
    const events = await startEventsProcess(database, { databaseUrl, redisUrl: undefined });
    let armed: ChildProcess | undefined;
    try {
      const since = new Date().toISOString();
      const id = await events.makeEndpoint({
        url: `${receiver.url}/hook`,
        eventTypes: ['delivery.sent'],
        ordered: true,
      });
      const ids = new Set<string>();
      for (const at of KILLS) {
        // The living one only looks on: whoever is to die must be alone with the work.
        process.kill(events.process.pid, 'SIGSTOP');
        for (const event of await events.facts(database, [at, at, `other ${at}`])) ids.add(event);
        await endLeases(database);
        const { child, url } = await arm('events', events.env, at);
        armed = child;
        if (at === 'recover.commit:after') {
          await events.call('POST', `/${id}/recover`, { since }, url).catch(() => undefined);
        }
        await eventually(() => expect([at, child.signalCode]).toEqual([at, 'SIGKILL']), {
          within: 20_000,
        });
        process.kill(events.process.pid, 'SIGCONT');
        expect(await webhookViolations(database)).toEqual([]);
      }
      await endLeases(database);
      await eventually(
        async () => {
          const { rows } = await database.query(`SELECT state, count(*)::int FROM webhook_delivery GROUP BY 1`);
          expect(rows).toEqual([{ state: 'delivered', count: ids.size }]);
        },
        { within: 40_000, every: 250 },
      );
      expect(await webhookViolations(database)).toEqual([]);
      expect(new Set(receiver.posts.map(idOf))).toEqual(ids);
    } finally {
      armed?.kill('SIGKILL');
      process.kill(events.process.pid, 'SIGCONT');
      await events.process.stop();
      await receiver.close();
      await database.close();
    }
  }, 120_000);
});

const idOf = (post: ReceivedPost): string => String(post.headers['webhook-id']);

async function openDeliveries(database: Database): Promise<number> {
  const { rows } = await database.query<{ open: number }>(
    `SELECT (SELECT count(*) FROM webhook_delivery WHERE state IN ('pending', 'retrying'))::int
       + abs((SELECT count(*) FROM webhook_delivery)::int - ${2 * EVENTS}) AS open`,
  );
  return rows[0]!.open;
}

/** The ids of each subject in the order in which they came first. */
function firstOf(posts: readonly ReceivedPost[]): Record<string, string[]> {
  const first = new Map(posts.toReversed().map((post) => [idOf(post), post]));
  const inOrder = [...first.values()].sort((left, right) => left.at - right.at);
  const subjectOf = (post: ReceivedPost) => (JSON.parse(post.body) as { subject: string }).subject;
  return bySubject(inOrder.map(idOf), inOrder.map(subjectOf));
}

function bySubject(ids: readonly string[], subjects: readonly string[]): Record<string, string[]> {
  const groups = Map.groupBy(ids.keys(), (place) => subjects[place]!);
  return Object.fromEntries([...groups].map(([subject, places]) => [subject, places.map((place) => ids[place]!)]));
}
