import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { newUuid, QUEUES } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { canStartRedis, eventually, startRedis, usePostgres } from '@signalbox/testing';
import { OfferLoop } from './offer-loop.js';
import { Publisher } from './publisher.js';
import { openQueueBackend } from './open-queue-backend.js';
import { WorkStore } from './work-store.js';

const logger = createLogger('test', 'silent');
const queue = QUEUES.apnsBulk;

(canStartRedis() ? describe : describe.skip)('a Redis that is away when a process starts', () => {
  it('gets its jobs once it is back, without a restart of the process', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'signalbox-redis-'));
    const redis = (await startRedis({ directory }))!;
    await redis.stop();
    const backend = openQueueBackend({ redisUrl: redis.url, databaseUrl: '', prefix: '{away}', logger });
    const publisher = new Publisher(backend, logger);
    const publish = (): Promise<void> =>
      publisher.publish(
        [{ id: newUuid(), offer: 1, queue, lane: 'bulk', appId: null, count: 1, delay: 0 }],
        'offer.publish',
      );
    try {
      await publish(); // nobody is there to take it, and nobody is troubled
      await redis.start();
      await eventually(
        async () => {
          await publish();
          expect(await backend.queue(queue).getWaitingCount()).toBeGreaterThan(0);
        },
        { within: 10_000, every: 100 },
      );
    } finally {
      await backend.close();
      await redis.stop();
      await rm(directory, { recursive: true });
    }
  }, 30_000);
});

(canStartRedis() ? describe : describe.skip)('a Redis that is away for a while', () => {
  const postgres = usePostgres();

  it('that hangs is left, and what was written to it does not pile up', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'signalbox-redis-'));
    const redis = (await startRedis({ directory }))!;
    const backend = openQueueBackend({ redisUrl: redis.url, databaseUrl: '', prefix: '{hang}', logger });
    try {
      await eventually(() => backend.ping());
      redis.pause();
      const asked = performance.now();
      // A command that gives up stays in the connection's memory; only the end of the connection frees it.
      await expect(backend.ping()).rejects.toThrow();
      await eventually(
        async () => {
          const begun = performance.now();
          await expect(backend.ping()).rejects.toThrow();
          expect(performance.now() - begun).toBeLessThan(100);
        },
        { within: 10_000, every: 200 },
      );
      expect(performance.now() - asked).toBeLessThan(9_000);
      redis.resume();
      await eventually(() => backend.ping(), { within: 10_000 });
    } finally {
      redis.resume();
      await backend.close();
      await redis.stop();
      await rm(directory, { recursive: true });
    }
  }, 30_000);

  it('does not lengthen the wait of work: all of it is offered as soon as Redis is back', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'signalbox-redis-'));
    const redis = (await startRedis({ directory }))!;
    await redis.stop();
    const database = postgres.database();
    const store = new WorkStore('push_work');
    const backend = openQueueBackend({ redisUrl: redis.url, databaseUrl: '', prefix: '{back}', logger });
    const publisher = new Publisher(backend, logger);
    const loop = new OfferLoop({ database, store, backend, publisher, queues: [queue], logger, interval: 20 });
    try {
      const id = newUuid();
      await store.enqueue(database, [{ id, rootId: id, queue, lane: 'bulk', items: [1] }]);
      await database.query('UPDATE push_work SET next_offer_at = now()');
      loop.start();
      await eventually(() => loop.lastRoundAt !== undefined);
      const first = loop.lastRoundAt!;
      await eventually(() => loop.lastRoundAt! > first);
      const { rows } = await database.query('SELECT "offer", next_offer_at <= now() AS due FROM push_work');
      expect(rows).toEqual([{ offer: 0, due: true }]);

      await redis.start();
      await eventually(async () => expect(await backend.queue(queue).getWaitingCount()).toBe(1));
    } finally {
      await loop.stop();
      await backend.close();
      await redis.stop();
      await rm(directory, { recursive: true });
    }
  }, 30_000);

  it('gets the first job of what was accepted meanwhile as soon as it is back', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'signalbox-redis-'));
    const redis = (await startRedis({ directory, durable: true }))!;
    const database = postgres.database();
    await database.query('DELETE FROM push_work');
    const store = new WorkStore('push_work');
    const backend = openQueueBackend({ redisUrl: redis.url, databaseUrl: '', prefix: '{meanwhile}', logger });
    const publisher = new Publisher(backend, logger);
    const loop = new OfferLoop({ database, store, backend, publisher, queues: [queue], logger, interval: 20 });
    try {
      loop.start();
      await eventually(() => loop.lastRoundAt !== undefined);
      await redis.kill();
      const id = newUuid();
      const offers = await store.enqueue(database, [{ id, rootId: id, queue, lane: 'bulk', items: [1] }]);
      await database.query(`UPDATE push_work SET next_offer_at = now() + interval '1 hour'`);
      await publisher.publish(offers, 'offer.publish');
      await redis.start();
      await eventually(async () => expect(await backend.queue(queue).getWaitingCount()).toBe(1), { within: 10_000 });
    } finally {
      await loop.stop();
      await backend.close();
      await redis.stop();
      await rm(directory, { recursive: true });
    }
  }, 30_000);
});
