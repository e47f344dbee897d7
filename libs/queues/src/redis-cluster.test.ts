import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, QUEUE_NAMES, type QueueName } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { canStartRedis, eventually, type RedisClusterServer, startRedisCluster, usePostgres } from '@signalbox/testing';
import { OfferLoop } from './offer-loop.js';
import { openQueueBackend } from './open-queue-backend.js';
import { Publisher } from './publisher.js';
import type { QueueBackend } from './queue-backend.js';
import { queueKeys } from './queue-keys.js';
import { readRedisFacts } from './redis-facts.js';
import { WorkStore } from './work-store.js';

const logger = createLogger('test', 'silent');
const store = new WorkStore('push_work');
const prefix = '{signalbox}';

(canStartRedis() ? describe : describe.skip)('queues in a Redis Cluster', () => {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-cluster-'));
  afterAll(() => rm(directory, { recursive: true, force: true }));
  const postgres = usePostgres();
  let cluster: RedisClusterServer;
  let backend: QueueBackend;
  beforeAll(async () => {
    cluster = await startRedisCluster({ directory, masters: 3, replicas: 0, nodeTimeout: 1_000 });
    backend = openQueueBackend({ redisUrl: cluster.url, databaseUrl: '', prefix, logger });
    await eventually(() => backend.isWhole(), { within: 10_000 });
  }, 60_000);
  afterAll(async () => {
    await backend.close();
    await cluster.stop();
  });

  const portOf = async (queue: QueueName): Promise<number> =>
    (await cluster.masterOf(queueKeys(prefix, queue, true))).port;

  it('are spread over all of its masters', async () => {
    const ports = await Promise.all(QUEUE_NAMES.map(portOf));
    const each = cluster.nodes.map(({ port }) => ports.filter((of) => of === port).length);
    expect(Math.min(...each)).toBeGreaterThanOrEqual(3);
  });

  it('go on when one master is gone without a replica, and its work waits for it as it was', async () => {
    const [lost = 'push.route.bulk', ...rest] = QUEUE_NAMES;
    const gone = await cluster.masterOf(queueKeys(prefix, lost, true));
    const others = await Promise.all(rest.map(async (queue) => ({ queue, port: await portOf(queue) })));
    const kept = others.find(({ port }) => port !== gone.port)!.queue;
    const publisher = new Publisher(backend, logger);
    const loop = new OfferLoop({
      ...{ database: postgres.database(), store, backend, publisher, logger },
      queues: [lost, kept],
      interval: 50,
    });
    const work = async (queue: QueueName): Promise<string> => {
      const id = newUuid();
      await store.enqueue(postgres.database(), [{ id, rootId: id, queue, lane: 'bulk', items: [1] }]);
      await postgres.database().query(`UPDATE push_work SET next_offer_at = now() WHERE id = $1`, [id]);
      return id;
    };
    const waiting = async (queue: QueueName): Promise<string[]> =>
      (await backend.queue(queue).getWaiting()).map((job) => (job.data as { work: string }).work);
    try {
      await Promise.all([lost, kept].map((queue) => backend.beginEpoch(queue)));
      await gone.kill();
      const [forLost, forKept] = [await work(lost), await work(kept)];
      loop.start();
      await eventually(async () => expect(await waiting(kept)).toEqual([forKept]), { within: 20_000 });
      await eventually(() => expect(backend.isWhole()).rejects.toThrow(/serves \d+ of its 16384/));
      const facts = await readRedisFacts({ redisUrl: cluster.url, prefix });
      expect([facts.notWhole, facts.servers.length]).toEqual([expect.stringMatching(/serves \d+ of its 16384/), 2]);
      const { rows } = await postgres
        .database()
        .query<{ offer: number }>('SELECT offer FROM push_work WHERE id = $1', [forLost]);
      expect(rows).toEqual([{ offer: 0 }]);

      await gone.start();
      await eventually(async () => expect(await waiting(lost)).toContain(forLost), { within: 20_000 });
    } finally {
      await loop.stop();
    }
  }, 60_000);

  it('are told by master to whoever asks what its Redis is like', async () => {
    await cluster.untilWhole();
    const facts = await readRedisFacts({ redisUrl: cluster.url, prefix });
    expect(facts).toMatchObject({ kind: 'cluster', notWhole: undefined });
    const ports = facts.servers.map(({ server }) => Number(server.split(':')[1]));
    expect(ports.toSorted()).toEqual(cluster.nodes.map(({ port }) => port).toSorted());
  });
});
