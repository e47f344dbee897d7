import { randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from '@signalbox/telemetry';
import { JOB_DEFAULTS, WORKER_DEFAULTS } from './job-settings.js';
import type { QueueBackend } from './queue-backend.js';

/** Redis has not answered this process yet, or is away while a queue is used for the first time. */
class RedisAway extends Error {
  override readonly name = 'RedisAway';

  constructor() {
    super('redis does not answer');
  }
}

/**
 * BullMQ on Redis. Producers fail fast when Redis is away, since a lost offer is repeated; workers wait for it.
 * Callers' errors come from their own calls, so connection errors are only logged here, once a minute at most.
 */
export function openRedisBackend(url: string, prefix: string, logger: Logger): QueueBackend {
  const producer = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 2_000,
    retryStrategy: (times) => Math.min(1_000, 50 * times),
  });
  const onError = atMostOnceAMinute((error) => {
    logger.warn({ err: error }, 'redis does not answer; work stays in postgres and is offered again');
  });
  producer.on('error', onError);
  const queues = new Map<string, Queue>();
  const workers: Worker[] = [];
  const epochKey = (queue: string): string => `${prefix}:${queue}:signalbox-epoch`;
  return {
    kind: 'redis',
    queue(name) {
      const known = queues.get(name);
      if (known) return known;
      // BullMQ sets a queue up once, with its first command: made while Redis is away, a queue fails for ever.
      if (producer.status !== 'ready') throw new RedisAway();
      const queue = new Queue(name, {
        connection: producer,
        prefix,
        defaultJobOptions: JOB_DEFAULTS,
        skipWaitingForReady: true,
      });
      queue.on('error', onError);
      // Redis went away just then: the next caller gets a new one.
      queue.waitUntilReady().catch(() => queues.delete(name));
      queues.set(name, queue);
      return queue;
    },
    worker(name, processor, settings) {
      const worker = new Worker(name, processor, {
        ...WORKER_DEFAULTS,
        concurrency: settings.concurrency,
        prefix,
        connection: { url, maxRetriesPerRequest: null, retryStrategy: (times: number) => Math.min(1_000, 50 * times) },
      });
      worker.on('error', onError);
      workers.push(worker);
      return worker;
    },
    async epoch(queue) {
      const fresh = randomUUID();
      const known = await producer.set(epochKey(queue), fresh, 'NX', 'GET');
      return known === null ? { value: fresh, fresh: true } : { value: known, fresh: false };
    },
    async ping() {
      await producer.ping();
    },
    async close() {
      await Promise.allSettled(workers.map((worker) => worker.close(true)));
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      producer.disconnect();
    },
  };
}

function atMostOnceAMinute(report: (error: Error) => void): (error: Error) => void {
  let quietUntil = 0;
  return (error) => {
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + 60_000;
    report(error);
  };
}
