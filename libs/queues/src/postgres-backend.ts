import {
  DEFAULT_SCHEMA,
  createPostgresBackend,
  runMigrations,
  withBackend,
  type PostgresConnectionOptions,
  type Queue,
  type Worker,
} from 'bullmq';
import pg from 'pg';
import type { Logger } from '@signalbox/telemetry';
import { JOB_DEFAULTS, WORKER_DEFAULTS } from './job-settings.js';
import type { QueueBackend } from './queue-backend.js';

const bullmq = withBackend(createPostgresBackend);

/**
 * BullMQ on the Postgres that keeps everything else: the one-machine default. All queues and workers of a process share
 * one pool; each worker takes a connection out of it for LISTEN, so the pool grows with the workers.
 */
export function openPostgresBackend(databaseUrl: string, logger: Logger): QueueBackend {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    options: `-c search_path=${DEFAULT_SCHEMA}`,
    application_name: 'signalbox-queues',
    max: 16,
    keepAlive: true,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 5_000,
  });
  const onError = (error: Error): void => logger.debug({ err: error }, 'queue connection failed; bullmq tries again');
  pool.on('error', onError);
  // BullMQ documents that a pg.Pool may be passed, its type for one lacks an index signature; and its Queue and Worker
  // types carry their backend, which nothing outside this file looks at.
  const connection = pool as unknown as PostgresConnectionOptions;
  const queues = new Map<string, Queue>();
  const workers: Worker[] = [];
  return {
    kind: 'postgres',
    queue(name) {
      const known = queues.get(name);
      if (known) return known;
      const queue = new bullmq.Queue(name, { connection, defaultJobOptions: JOB_DEFAULTS }) as unknown as Queue;
      queue.on('error', onError);
      queues.set(name, queue);
      return queue;
    },
    worker(name, processor, settings) {
      const worker = new bullmq.Worker(name, processor, {
        ...WORKER_DEFAULTS,
        concurrency: settings.concurrency,
        connection,
      }) as unknown as Worker;
      worker.on('error', onError);
      workers.push(worker);
      return worker;
    },
    epoch: () => Promise.resolve({ value: 'kept-in-postgres', fresh: false }),
    async ping() {
      await pool.query('SELECT 1');
    },
    async close() {
      await Promise.allSettled(workers.map((worker) => worker.close(true)));
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      await pool.end();
    },
  };
}

/**
 * Brings BullMQ's own schema up to date. Must run before the first worker: a worker on a database without it spins on
 * the error without a pause.
 */
export async function migrateQueueBackend(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'signalbox-migrator' });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}
