import { createPostgresBackend, Queue, withBackend, Worker, type Processor } from 'bullmq';

/** What a job carries: everything that is needed to send it. */
export interface PushJob {
  readonly key: string;
  readonly token: string;
  /** The same on every attempt, so that Apple and the phone can tell a repetition. */
  readonly apnsId: string;
}

const NAME = 'push';

interface Addresses {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
}

const onPostgres = withBackend(createPostgresBackend);

/** BullMQ as its guide shows it, on either of its backends, with its defaults. */
export function openQueue({ databaseUrl, redisUrl }: Addresses): Queue<PushJob> {
  const queue =
    redisUrl === undefined
      ? (new onPostgres.Queue(NAME, { connection: { connectionString: databaseUrl } }) as unknown as Queue<PushJob>)
      : new Queue<PushJob>(NAME, { connection: { url: redisUrl } });
  queue.on('error', () => undefined);
  return queue;
}

/** Default settings but for the concurrency, which gives it as much room as Signalbox' workers have. */
export function openWorker({ databaseUrl, redisUrl }: Addresses, processor: Processor<PushJob>): Worker<PushJob> {
  const concurrency = 64;
  const worker =
    redisUrl === undefined
      ? (new onPostgres.Worker(NAME, processor, {
          connection: { connectionString: databaseUrl },
          concurrency,
        }) as unknown as Worker<PushJob>)
      : new Worker<PushJob>(NAME, processor, {
          connection: { url: redisUrl, maxRetriesPerRequest: null },
          concurrency,
        });
  worker.on('error', () => undefined);
  return worker;
}
