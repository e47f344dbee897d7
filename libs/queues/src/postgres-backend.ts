import {
  createPostgresBackend,
  runMigrations,
  withBackend,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
  type Queue,
  type Worker,
} from 'bullmq';
import pg from 'pg';
import { askTogether, type Sql } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';
import { UNTRIMMED_JOB_DEFAULTS, WORKER_DEFAULTS } from './job-settings.js';
import { JobTrimmer } from './job-trimmer.js';
import { IS_ANOTHER, NEXT_JOB, RUNNING_SINCE } from './postgres-backend.queries.js';
import { openQueuePool } from './postgres-pool.js';
import { firstWorkOf } from './next-work.js';
import { QueueWatch } from './queue-watch.js';
import type { QueueBackend } from './queue-backend.js';

/** BullMQ's bulk insert makes two tables for each call, which takes longer than adding so many jobs one by one. */
const FEW = 16;

/**
 * A job wakes its worker by NOTIFY, and whoever does not hear of one is woken by queue-watch.ts: a look of its own is six statements. So
 * many seconds lie between two of them.
 */
const AT_REST = { drainDelay: 3_600, skipStalledCheck: true };

/**
 * BullMQ on the Postgres that keeps everything else: the one-machine default. All queues and workers of a process share
 * one pool. Each worker keeps a connection of it for LISTEN, so the pool must be larger than the number of workers.
 */
export function openPostgresBackend(databaseUrl: string, logger: Logger, sql?: Sql): QueueBackend {
  const pool = openQueuePool(databaseUrl);
  const onError = (error: Error): void => logger.debug({ err: error }, 'queue connection failed; bullmq tries again');
  pool.on('error', onError);
  // Every queue and worker listens for the pool's errors.
  pool.setMaxListeners(0);
  // BullMQ documents that a pg.Pool may be passed, its type for one lacks an index signature; and its Queue and Worker
  // types carry their backend, which nothing outside this file looks at.
  const connection = pool as unknown as PostgresConnectionOptions;
  const queues = new Map<string, Queue>();
  const workers: Worker[] = [];
  const watch = new QueueWatch(pool, onError);
  const makeBackend: typeof createPostgresBackend = (name, opts, more) => {
    const made = createPostgresBackend(name, opts, more);
    if (more?.withBlockingConnection === true) watch.add(name, made);
    return endingItsWait(made);
  };
  const bullmq = withBackend(makeBackend);
  // The offer loop asks for all queues at once, and it is the same for each.
  let asking: Promise<string> | undefined;
  let known: string | undefined;
  const isStill = async (since: string): Promise<boolean> =>
    sql !== undefined && !(await askTogether(sql, { asks: IS_ANOTHER, params: [since] }));
  const askSince = async (): Promise<string> => {
    if (known !== undefined && (await isStill(known))) return known;
    return (known = (await pool.query<{ since: string }>(RUNNING_SINCE)).rows[0]!.since);
  };
  const runningSince = (): Promise<string> => (asking ??= askSince().finally(() => (asking = undefined)));
  const backend: QueueBackend = {
    kind: 'postgres',
    queue(name) {
      const known = queues.get(name);
      if (known) return known;
      const queue = new bullmq.Queue(name, {
        connection,
        defaultJobOptions: UNTRIMMED_JOB_DEFAULTS,
      }) as unknown as Queue;
      queue.on('error', onError);
      queues.set(name, queue);
      // It remembers for good that its first connection failed, so the next caller gets another.
      void queue.waitUntilReady().catch(async () => {
        queues.delete(name);
        await queue.close().catch(onError);
      });
      return queue;
    },
    async add(name, jobs) {
      const queue = backend.queue(name);
      if (jobs.length > FEW) await queue.addBulk([...jobs]);
      else await Promise.all(jobs.map(({ name: title, data, opts }) => queue.add(title, data, opts)));
    },
    worker(name, processor, settings) {
      const worker = new bullmq.Worker(name, processor, {
        ...WORKER_DEFAULTS,
        ...AT_REST,
        concurrency: settings.concurrency,
        connection,
      }) as unknown as Worker;
      worker.on('error', onError);
      for (const end of ['completed', 'failed'] as const) worker.on(end, () => trimmer.ended(name));
      workers.push(worker);
      trimmer.add(name);
      return worker;
    },
    epoch: runningSince,
    beginEpoch: runningSince,
    async nextFirstWork(name) {
      return firstWorkOf((await pool.query<{ id: string; data: unknown }>(NEXT_JOB, [name])).rows[0]);
    },
    async ping() {
      await pool.query('SELECT 1');
    },
    isWhole: () => backend.ping(),
    async close() {
      await Promise.all([trimmer.stop(), watch.stop()]);
      await Promise.allSettled(workers.map((worker) => worker.close(true)));
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      await pool.end();
    },
  };
  const trimmer = new JobTrimmer((name) => backend.queue(name), onError);
  return backend;
}

/** A worker that is made to close leaves its wait for a job alone, which would keep the process until it ends by itself. */
function endingItsWait(backend: PostgresQueueBackend): PostgresQueueBackend {
  const close = backend.close.bind(backend);
  backend.close = async (force) => {
    await backend.disconnectBlocking();
    await close(force);
  };
  return backend;
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
