import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { newUuid, QUEUES } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { eventually, queueBackends, startRedis } from '@signalbox/testing';
import { Publisher } from './publisher.js';
import { openQueueBackend } from './open-queue-backend.js';

const logger = createLogger('test', 'silent');
const queue = QUEUES.apnsBulk;
const hasRedis = queueBackends().some((backend) => backend.name === 'redis');

(hasRedis ? describe : describe.skip)('a Redis that is away when a process starts', () => {
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
