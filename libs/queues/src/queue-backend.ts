import type { Processor, Queue, Worker } from 'bullmq';

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
  /** The queue of that name, made once. @throws RedisAway when it would be made while Redis is away. */
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
