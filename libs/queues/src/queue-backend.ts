import type { Processor, Queue, Worker } from 'bullmq';
import type { Logger } from '@signalbox/telemetry';
import { openPostgresBackend } from './postgres-backend.js';
import { openRedisBackend } from './redis-backend.js';

export interface QueueBackendOptions {
  /** `redis://` or `rediss://`; absent: BullMQ keeps its queues in Postgres. */
  readonly redisUrl?: string | undefined;
  readonly databaseUrl: string;
  /** Redis only. Written as a hash tag (`{signalbox}`), so that all keys share one slot of a cluster. */
  readonly prefix: string;
  readonly logger: Logger;
}

/** The mark that lives and dies with a queue's jobs. */
export interface Epoch {
  readonly value: string;
  /** It was missing and has just been made. */
  readonly fresh: boolean;
}

/** How many jobs a worker runs at once. */
export interface WorkerSettings {
  readonly concurrency: number;
}

/**
 * Where BullMQ keeps its jobs. Both kinds offer the same, and one conformance suite runs on both. Losing everything in
 * here loses nothing: the obligations are work rows in Postgres.
 */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres';
  /** The queue of that name, made once. */
  queue(name: string): Queue;
  worker(name: string, processor: Processor, settings: WorkerSettings): Worker;
  /**
   * A random value per queue that lives beside its jobs: made when missing. A value that was not there before means
   * that the jobs are gone. Postgres keeps jobs as safely as work rows, so there it never changes.
   */
  epoch(queue: string): Promise<Epoch>;
  /** Resolves when the backend answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the backend that the configuration asks for; connects lazily and keeps trying. */
export function openQueueBackend(options: QueueBackendOptions): QueueBackend {
  return options.redisUrl === undefined
    ? openPostgresBackend(options.databaseUrl, options.logger)
    : openRedisBackend(options.redisUrl, options.prefix, options.logger);
}
