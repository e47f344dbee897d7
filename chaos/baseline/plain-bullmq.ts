/**
 * BullMQ alone, as its guide shows it, beside a Redis that fails: a job counts as acknowledged when `queue.add` resolved, and as done when its
 * worker ran it. Jobs come faster than they are done, so that some wait when Redis fails.
 *
 * `plain-bullmq.ts URL PREFIX PORT`: begins at once. `POST /end`: adds no more. `GET /books`: what became of the jobs.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseRedisUrl } from '@signalbox/config';
import { Queue, Worker } from 'bullmq';
import { fastify } from 'fastify';
import { Cluster, Redis } from 'ioredis';

const NAME = 'plain';
const EVERY_MS = 10;
/** Of one job; one is done at a time. */
const WORK_MS = 15;
/** Done at a time once no more are added: what is left by then is only to be counted. */
const AT_A_TIME_IN_THE_END = 50;
/** A call that has no answer by then is given up: it was acknowledged to nobody. */
const PATIENCE_MS = 5_000;

const [url = '', prefix = '', port = ''] = process.argv.slice(2);
const { kind, hosts, master } = parseRedisUrl(url);

function connect(): Redis | Cluster {
  const options = { maxRetriesPerRequest: null };
  if (kind === 'cluster') return new Cluster([...hosts], { redisOptions: options });
  if (kind === 'sentinel' && master !== undefined)
    return new Redis({ sentinels: [...hosts], name: master, ...options });
  return new Redis({ ...hosts[0]!, ...options });
}

const acknowledged = new Set<string>();
const done = new Map<string, number>();
const failed = new Set<string>();
const state = { isOver: false };
let adding = 0;

const connection = connect();
const queue = new Queue(NAME, { connection, prefix });
const worker = new Worker(
  NAME,
  async (job) => {
    // What is left at the end need not be waited for.
    await pause(state.isOver ? 0 : WORK_MS);
    done.set(job.id!, (done.get(job.id!) ?? 0) + 1);
  },
  { connection: connect(), prefix, concurrency: 1 },
);
connection.on('error', () => undefined);
queue.on('error', () => undefined);
worker.on('error', () => undefined);
worker.on('failed', (job) => job?.id !== undefined && failed.add(job.id));
process.on('unhandledRejection', () => undefined);

async function add(jobId: string): Promise<void> {
  adding += 1;
  await Promise.race([
    queue.add('job', {}, { jobId }).then(
      () => acknowledged.add(jobId),
      () => undefined,
    ),
    pause(PATIENCE_MS),
  ]);
  adding -= 1;
}

const server = fastify();
server.get('/health/ready', async () => ({ ready: (await queue.waitUntilReady()) !== undefined }));
server.post('/end', () => {
  state.isOver = true;
  worker.concurrency = AT_A_TIME_IN_THE_END;
  return {};
});
server.get('/books', async () => {
  const waiting = await queue.getJobs(['waiting', 'delayed', 'active']);
  const kept = new Set(waiting.map((job) => job.id));
  const active = await queue.getActiveCount();
  return {
    acknowledged: acknowledged.size,
    done: done.size,
    lost: [...acknowledged].filter((id) => !done.has(id) && !failed.has(id) && !kept.has(id)).length,
    again: [...done.values()].filter((times) => times > 1).length,
    open: kept.size - active + adding,
  };
});
await server.listen({ host: '127.0.0.1', port: Number(port) });

for (let number = 0; !state.isOver; number += 1) {
  void add(`job-${number}`);
  await pause(EVERY_MS);
}
