import { setTimeout } from 'node:timers/promises';
import { parseRedisUrl } from '@signalbox/config';
import { explainRedisError, openRedis, redisOptions, type RedisConnection, type RedisManners } from '@signalbox/redis';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import { type ConnectionOptions, Queue, Worker } from 'bullmq';
import { JOB_DEFAULTS, WORKER_DEFAULTS } from './job-settings.js';
import { firstWorkOf } from './next-work.js';
import type { QueueBackend } from './queue-backend.js';
import { queueKeys } from './queue-keys.js';
import { redisEpochs } from './redis-epochs.js';
import { assertWhole } from './redis-whole.js';

/** Redis has not answered this process yet, or is away while a queue is used for the first time. */
class RedisAway extends Error {
  override readonly name = 'RedisAway';

  constructor() {
    super('redis does not answer');
  }
}

/**
 * Milliseconds without any answer after which a connection is left: a host that is gone does not close it, and what is
 * written to it would pile up in memory. A worker's longest silence that means nothing is its blocking wait, 10 s.
 */
const PRODUCER_SILENCE_MS = 5_000;
const WORKER_SILENCE_MS = 30_000;

const CLOSE_WITHIN_MS = 3_000;

/**
 * BullMQ on Redis. Producers fail fast when Redis is away, since a lost offer is repeated; workers wait for it.
 * Callers' errors come from their own calls, so connection errors are only logged here, once a minute at most.
 */
export function openRedisBackend(url: string, prefix: string, logger: Logger): QueueBackend {
  let closing = false;
  // A worker waits for Redis without end; only giving the connection up lets it be closed while Redis is away.
  const retry = (times: number): number | null => (closing ? null : Math.min(1_000, 50 * times));
  const isCluster = parseRedisUrl(url).kind === 'cluster';
  const onError = atMostOnceAMinute((error: Error, keptBack) => {
    void explainRedisError(url, error).then((err) =>
      logger.warn({ err, keptBack }, 'redis does not answer; work stays in postgres and is offered again'),
    );
  });
  const listened = (connection: RedisConnection): RedisConnection => {
    connection.on('error', onError);
    // Of one master of several: the others go on.
    connection.on('node error', onError);
    return connection;
  };
  const producer = listened(
    openRedis(url, {
      retry,
      maxRetriesPerRequest: 1,
      commandTimeout: 2_000,
      socketTimeout: PRODUCER_SILENCE_MS,
      enableOfflineQueue: false,
    }),
  );
  const ofWorkers: RedisManners = { retry, maxRetriesPerRequest: null, socketTimeout: WORKER_SILENCE_MS };
  // BullMQ's type for the same options says of none that it may be undefined.
  const optionsOfWorkers = (): ConnectionOptions => redisOptions(url, ofWorkers) as ConnectionOptions;
  /** All workers of this process ask a cluster over the same connections, and wait for jobs each over its own. */
  let shared: RedisConnection | undefined;
  const queues = new Map<string, Queue>();
  const workers: Worker[] = [];
  const epochs = redisEpochs(producer, prefix);
  return {
    kind: 'redis',
    queue(name) {
      const known = queues.get(name);
      if (known) return known;
      // BullMQ sets a queue up once, with its first command: made while Redis is away, a queue fails for ever.
      if (producer.status !== 'ready') throw new RedisAway();
      const queue = new Queue(name, {
        connection: producer,
        prefix: queueKeys(prefix, name, isCluster),
        defaultJobOptions: JOB_DEFAULTS,
        skipWaitingForReady: true,
      });
      queue.on('error', onError);
      // Redis went away just then: the next caller gets a new one.
      queue.waitUntilReady().catch(() => queues.delete(name));
      queues.set(name, queue);
      return queue;
    },
    async add(name, jobs) {
      const [first, ...others] = jobs;
      if (first === undefined) return;
      // A pipeline begins by copying each script of BullMQ onto itself, which takes longer than a job does.
      if (others.length === 0) await this.queue(name).add(first.name, first.data, first.opts);
      else await this.queue(name).addBulk([...jobs]);
    },
    worker(name, processor, settings) {
      const worker = new Worker(name, processor, {
        ...WORKER_DEFAULTS,
        concurrency: settings.concurrency,
        prefix: queueKeys(prefix, name, isCluster),
        connection: isCluster ? (shared ??= listened(openRedis(url, ofWorkers))) : optionsOfWorkers(),
      });
      worker.on('error', onError);
      workers.push(worker);
      return worker;
    },
    epoch: (queue) => epochs.read(queue),
    beginEpoch: (queue) => epochs.begin(queue),
    async nextFirstWork(name) {
      return firstWorkOf((await this.queue(name).getWaiting(0, 0))[0]);
    },
    async ping() {
      await producer.ping();
    },
    isWhole: () => assertWhole(producer),
    async close() {
      closing = true;
      const closed = Promise.allSettled(workers.map((worker) => worker.close(true))).then(() =>
        Promise.allSettled([...queues.values()].map((queue) => queue.close())),
      );
      // Without Redis some of BullMQ's promises never settle. Its connections give up by themselves, see above.
      await Promise.race([closed, setTimeout(CLOSE_WITHIN_MS, undefined, { ref: false })]);
      producer.disconnect();
      shared?.disconnect();
    },
  };
}
