import type { Uuid, WorkJob } from '@signalbox/contracts';
import type { Processor, Queue, Worker } from 'bullmq';

/** A job to be added. */
export interface NewJob {
  readonly name: string;
  readonly data: WorkJob;
  readonly opts: {
    readonly jobId: string;
    /** Milliseconds. */
    readonly delay?: number;
    /** At the head of the queue. */
    readonly lifo?: true;
    /** Behind every job without one, whenever those are added. */
    readonly priority?: number;
  };
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
  /** Adds jobs to the queue of that name, the quickest way there is. Rejects when not all of them were taken. */
  add(name: string, jobs: readonly NewJob[]): Promise<void>;
  worker(name: string, processor: Processor, settings: WorkerSettings): Worker;
  /**
   * A value per queue that lives and dies with its jobs. Missing, or another than before, it means that the jobs
   * are gone, or some of them. It changes with the server's run: a crash loses the jobs of the last moments, and answers that were
   * on their way. Rejects when the backend is away.
   */
  epoch(queue: string): Promise<string | undefined>;
  /** Makes the missing epoch and answers the one in force. To be called only once all that was lost is due again. */
  beginEpoch(queue: string): Promise<string>;
  /**
   * The work row of the job that is next in a queue; undefined when none waits, or one that is not the first of its row. Rejects
   * when the backend is away.
   */
  nextFirstWork(queue: string): Promise<Uuid | undefined>;
  /** Resolves when the backend answers. */
  ping(): Promise<void>;
  /** Resolves when all of it answers: a Redis Cluster may answer while one of its masters is missing, and with it some queues. */
  isWhole(): Promise<void>;
  close(): Promise<void>;
}
