import { isDeepStrictEqual } from 'node:util';
import { deadJob, deadQueueOf, type DeadJob, type ProviderQueueName } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';
import type { Job, Worker } from 'bullmq';
import { groupOfJob, jobIdOf, toDeadJob, toDeadJobData, type DeadGroup, type DeadGroupKey } from './dead-group.js';
import { TRY_BOARD_LOCK } from './group-board.queries.js';
import type { QueueBackend } from './queue-backend.js';
import { startWorker } from './start-worker.js';

export interface GroupBoardOptions {
  readonly backend: QueueBackend;
  readonly database: Database;
  /** The queues whose dead letters this process shows and replays. */
  readonly queues: readonly ProviderQueueName[];
  /** The groups that are open; those of other queues are left to other processes. */
  readonly groups: () => Promise<readonly DeadGroup[]>;
  /**
   * Sends the open letters of a group again and answers what it did. May come twice for one press of a button: a letter
   * that was replayed is no longer open.
   */
  readonly replay: (group: DeadGroupKey) => Promise<object>;
  readonly logger: Logger;
  /** Milliseconds between two looks at the groups; 5,000 unless told. */
  readonly interval?: number;
}

/** A board that was seen blank is taken for blank so long, while no group is open: reading it takes seven statements a queue. */
const TRUSTED_BLANK_MS = 60_000;

/** How long a job shows what its replay did. */
const SHOW_SUMMARY_MS = 3_600_000;

/** What the job of a group fails with at first: the provider's answer, for operators to read. */
class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/**
 * Shows open dead letters in BullMQ: one failed job per group on the dead queue of its queue, whose Retry sends the group
 * again. Postgres is the truth, the jobs are its picture: whoever removes one gets it back, and one process at a time
 * draws it.
 */
export class GroupBoard {
  private readonly stopping = new AbortController();
  private readonly workers: Worker[] = [];
  private starting: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private behind = false;
  /** When the board was last seen without a job, and no group was open; on the monotonic clock. */
  private blankAt = -Infinity;

  constructor(private readonly options: GroupBoardOptions) {}

  start(): void {
    this.starting = Promise.all(this.options.queues.map((queue) => this.startWorker(queue)));
    this.round = this.runRound();
  }

  /** Waits for replays under way, 10 s at most; one that is cut off runs again elsewhere. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await Promise.all([this.starting, this.round]);
    const grace = new Promise((resolve) => setTimeout(resolve, 10_000).unref());
    await Promise.race([Promise.allSettled(this.workers.map((worker) => worker.close())), grace]);
  }

  private async startWorker(queue: ProviderQueueName): Promise<void> {
    const { backend, logger } = this.options;
    const worker = await startWorker({
      backend,
      queue: deadQueueOf(queue),
      processor: (job) => this.run(queue, job),
      concurrency: 1,
      logger,
      signal: this.stopping.signal,
    });
    if (worker) this.workers.push(worker);
  }

  /**
   * `attemptsMade` counts runs that ended, on both backends: a run that stalled or was delivered twice leaves it as it
   * was. So it is 0 until the job has failed itself, and from then on only an operator's Retry starts the job again.
   */
  private async run(queue: ProviderQueueName, job: Job): Promise<object> {
    const data = deadJob.parse(job.data);
    if (job.attemptsMade === 0) {
      throw new GivenUp(data.answer === undefined ? data.reason : `${data.reason}: ${data.answer}`);
    }
    const { logger, replay } = this.options;
    const group = groupOfJob(queue, data);
    const about = { queue, app: data.app, credential: data.credential, reason: data.reason };
    try {
      const summary = await replay(group);
      logger.info({ ...about, ...summary }, 'a group of dead letters is retried from the board');
      return summary;
    } catch (error) {
      logger.error({ err: error, ...about }, 'dead letters were not replayed');
      throw error;
    }
  }

  private async runRound(): Promise<void> {
    try {
      await this.options.database.transaction(async (tx) => {
        const { rows } = await tx.query<{ mine: boolean }>(TRY_BOARD_LOCK);
        if (rows[0]?.mine === true) await this.bringUpToDate();
      });
      this.behind = false;
    } catch (error) {
      this.reportBehind(error);
    }
    if (this.stopping.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.round = this.runRound();
    }, this.options.interval ?? 5_000);
  }

  /** Aloud once: a backend that is away is so for many rounds. */
  private reportBehind(error: unknown): void {
    const level = this.behind ? 'debug' : 'warn';
    this.options.logger[level]({ err: error }, 'the board of dead letters is not up to date; the next round follows');
    this.behind = true;
  }

  /** Reads the jobs before the groups: a job that a replay ended in between must not come back for a moment. */
  private async bringUpToDate(): Promise<void> {
    const { backend, queues, groups } = this.options;
    const isTrusted = performance.now() - this.blankAt < TRUSTED_BLANK_MS;
    if (isTrusted && (await groups()).length === 0) return;
    this.blankAt = -Infinity;
    const shown = await Promise.all(
      queues.map(async (queue) => ({ queue, jobs: await backend.queue(deadQueueOf(queue)).getJobs() })),
    );
    const opened = await groups();
    if (opened.length === 0 && shown.every(({ jobs }) => jobs.length === 0)) this.blankAt = performance.now();
    const open = Map.groupBy(opened, (group) => group.queue);
    await Promise.all(shown.map(({ queue, jobs }) => this.bringQueueUpToDate(queue, jobs, open.get(queue) ?? [])));
  }

  private async bringQueueUpToDate(
    queue: ProviderQueueName,
    jobs: readonly Job[],
    groups: readonly DeadGroup[],
  ): Promise<void> {
    const missing = new Map(groups.map((group) => [jobIdOf(group), group]));
    await Promise.all(
      jobs.map(async (job) => {
        const id = job.id!;
        if (await this.bringJobUpToDate(job, missing.get(id))) missing.delete(id);
      }),
    );
    if (missing.size > 0)
      await this.options.backend.queue(deadQueueOf(queue)).addBulk([...missing.values()].map(toDeadJob));
  }

  /** Answers whether the job stays. */
  private async bringJobUpToDate(job: Job, group: DeadGroup | undefined): Promise<boolean> {
    const kept = stays(job, group);
    try {
      if (!kept) await job.remove();
      else if (group !== undefined) await updateJob(job, toDeadJobData(group));
    } catch (error) {
      this.options.logger.debug({ err: error, job: job.id }, 'a job of the board was not brought up to date');
    }
    return kept;
  }
}

/** A job that runs ends by itself, and one that was replayed shows its summary, unless its group is open again. */
function stays(job: Job, group: DeadGroup | undefined): boolean {
  if (job.finishedOn == null && job.processedOn != null) return true;
  if (job.returnvalue == null) return group !== undefined;
  return group === undefined && Date.now() - (job.finishedOn ?? 0) < SHOW_SUMMARY_MS;
}

async function updateJob(job: Job, data: DeadJob): Promise<void> {
  if (!isDeepStrictEqual(job.data, data)) await job.updateData(data);
}
