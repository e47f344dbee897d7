import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, QUEUES } from '@signalbox/contracts';
import { openDatabase, type Database } from '@signalbox/database';
import { createLogger } from '@signalbox/telemetry';
import { canStartRedis, eventually, startRedis, usePostgres } from '@signalbox/testing';
import { OfferLoop } from './offer-loop.js';
import { Publisher } from './publisher.js';
import { openQueueBackend } from './open-queue-backend.js';
import { WorkStore } from './work-store.js';

const logger = createLogger('test', 'silent');
const store = new WorkStore('push_work');
const queue = QUEUES.apnsBulk;

(canStartRedis() ? describe : describe.skip)('a Redis that lost everything', () => {
  const postgres = usePostgres();
  // What one test offered is due again while the next one runs.
  beforeEach(() => postgres.database().query('DELETE FROM push_work'));

  it('is filled again with what had been offered and what was just accepted, and with retries when their time has come, not before', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'signalbox-redis-'));
    const redis = (await startRedis({ directory }))!;
    const backend = openQueueBackend({ redisUrl: redis.url, databaseUrl: postgres.url(), prefix: '{lost}', logger });
    const publisher = new Publisher(backend, logger);
    const loop = new OfferLoop({
      database: postgres.database(),
      store,
      backend,
      publisher,
      queues: [queue],
      logger,
      interval: 50,
    });
    try {
      const [offered, accepted, retry] = [newUuid(), newUuid(), newUuid()];
      await store.enqueue(postgres.database(), [
        { id: offered, rootId: offered, queue, lane: 'bulk', items: [1] },
        { id: accepted, rootId: accepted, queue, lane: 'bulk', items: [1] },
        { id: retry, rootId: retry, queue, lane: 'bulk', items: [1], delay: 3_600_000 },
      ]);
      const due = (id: string, when: string): Promise<unknown> =>
        postgres
          .database()
          .query(`UPDATE push_work SET next_offer_at = now() + $2::interval WHERE id = $1`, [id, when]);
      await due(offered, '-1 s');
      // Its first job is thought to be on its way: the one that was lost.
      await due(accepted, '1 minute');
      await eventually(() => backend.beginEpoch(queue));
      loop.start();
      await eventually(async () => expect(await backend.queue(queue).getWaitingCount()).toBe(1));

      await redis.flushAll();

      await eventually(async () => expect(await backend.queue(queue).getWaitingCount()).toBe(2), { within: 10_000 });
      const waiting = await backend.queue(queue).getWaiting();
      expect(waiting.map((job) => (job.data as { work: string }).work).toSorted()).toEqual(
        [offered, accepted].toSorted(),
      );
      const { rows } = await postgres
        .database()
        .query<{ onTime: boolean }>(`SELECT next_offer_at = due_at AS "onTime" FROM push_work WHERE id = $1`, [retry]);
      expect(rows).toEqual([{ onTime: true }]);
    } finally {
      await loop.stop();
      await backend.close();
      await redis.stop();
      await rm(directory, { recursive: true });
    }
  }, 30_000);

  it('is offered its work again when it was started anew, whatever it kept', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'signalbox-redis-'));
    const redis = (await startRedis({ directory, durable: true }))!;
    const backend = openQueueBackend({ redisUrl: redis.url, databaseUrl: postgres.url(), prefix: '{anew}', logger });
    const publisher = new Publisher(backend, logger);
    const database = postgres.database();
    const loop = new OfferLoop({ database, store, backend, publisher, queues: [queue], logger, interval: 20 });
    try {
      const id = newUuid();
      await store.enqueue(database, [{ id, rootId: id, queue, lane: 'bulk', items: [1] }]);
      await database.query(`UPDATE push_work SET next_offer_at = now()`);
      loop.start();
      const offer = async (): Promise<number> =>
        (await database.query<{ offer: number }>('SELECT offer FROM push_work')).rows[0]!.offer;
      await eventually(async () => expect(await offer()).toBe(1));
      await redis.kill();
      await redis.start();
      // The next offer in its turn would come after ten seconds.
      await eventually(async () => expect(await offer()).toBe(2), { within: 8_000 });
    } finally {
      await loop.stop();
      await backend.close();
      await redis.stop();
      await rm(directory, { recursive: true });
    }
  }, 30_000);

  it('is noticed by the next process when the first one failed before the work was due again', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'signalbox-redis-'));
    const redis = (await startRedis({ directory }))!;
    const backend = openQueueBackend({ redisUrl: redis.url, databaseUrl: postgres.url(), prefix: '{again}', logger });
    const publisher = new Publisher(backend, logger);
    const loopOn = (database: Database): OfferLoop =>
      new OfferLoop({ database, store, backend, publisher, queues: [queue], logger, interval: 20 });
    const starting = openDatabase({ url: 'postgres://127.0.0.1:1/none', name: 'none', onIdleError: () => undefined });
    const [first, next] = [loopOn(starting), loopOn(postgres.database())];
    try {
      await eventually(() => backend.ping());
      const id = newUuid();
      await store.enqueue(postgres.database(), [{ id, rootId: id, queue, lane: 'bulk', items: [1] }]);
      // Offered five minutes ahead, as after many offers; the job was in the Redis that is now empty.
      await postgres
        .database()
        .query(`UPDATE push_work SET "offer" = 6, next_offer_at = now() + interval '5 min' WHERE id = $1`, [id]);
      first.start();
      await first.stop(); // its only round met a Postgres that did not answer
      next.start();
      await eventually(async () => expect(await backend.queue(queue).getWaitingCount()).toBe(1));
    } finally {
      await next.stop();
      await starting.close();
      await backend.close();
      await redis.stop();
      await rm(directory, { recursive: true });
    }
  }, 30_000);
});
