import { Chore } from '@signalbox/resilience';
import type { IQueueBackend } from 'bullmq';
import type pg from 'pg';
import { STANDING_JOBS } from './postgres-backend.queries.js';

/** A dead worker's job is looked for at the pace at which leases run out: it is the lease that decides when another does the work. */
const EVERY_MS = 10_000;

/** What a worker asks of its queue. */
type WorkedQueue = Pick<IQueueBackend, 'disconnectBlocking' | 'reconnectBlocking' | 'moveStalledJobsToWait'>;

interface Standing {
  readonly queue: string;
  /** One is being worked on, or was by a worker that died. */
  readonly isActive: boolean;
  /** One could be taken, or could have been for some time. */
  readonly isWaiting: boolean;
}

/**
 * Looks after the worked queues of a process in one statement, where BullMQ has each worker ask its own every few seconds: whether jobs
 * of dead workers are to be taken back, and whether a job waits of which its worker did not hear, since its connection broke unnoticed.
 */
export class QueueWatch {
  private readonly worked = new Map<string, WorkedQueue>();
  private readonly looking = new Chore(EVERY_MS, () =>
    this.look().catch((error: unknown) => this.onError(error as Error)),
  );

  constructor(
    private readonly pool: pg.Pool,
    private readonly onError: (error: Error) => void,
  ) {}

  /** A worker works on this queue from now on. */
  add(name: string, queue: WorkedQueue): void {
    if (this.worked.size === 0) this.looking.startLater();
    this.worked.set(name, queue);
  }

  stop(): Promise<void> {
    return this.looking.stop();
  }

  private async look(): Promise<void> {
    const { rows } = await this.pool.query<Standing>(STANDING_JOBS, [[...this.worked.keys()], Date.now()]);
    for (const { queue, isActive, isWaiting } of rows) {
      const worked = this.worked.get(queue)!;
      // It looks at once, and listens anew.
      if (isWaiting) {
        await worked.disconnectBlocking();
        await worked.reconnectBlocking();
      }
      if (isActive) await worked.moveStalledJobsToWait();
    }
  }
}
