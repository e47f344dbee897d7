import { setTimeout as sleep } from 'node:timers/promises';
import { newUuid, workJob, type QueueName, type Uuid } from '@signalbox/contracts';
import { DatabaseUnreachable, type Database } from '@signalbox/database';
import { atCrashPoint, Semaphore, stopPart } from '@signalbox/resilience';
import { atMostOnceAMinute, inSpan, type Logger, type Metrics, type OpenSpan } from '@signalbox/telemetry';
import type { Processor, Worker } from 'bullmq';
import { HandOn, type WorkedQueue } from './hand-on.js';
import { JobCounter } from './job-counter.js';
import { LeaseKeeper, type Lease } from './lease-keeper.js';
import type { QueueBackend } from './queue-backend.js';
import { StartLag } from './start-lag.js';
import { startWorker } from './start-worker.js';
import { LEASE_SECONDS, MAX_CLAIMS, type LeasedWork } from './work.js';
import type { WorkStore } from './work-store.js';

/** A worker without its database asks again no later than this. Milliseconds. */
const LONGEST_BACK_OFF_MS = 1_000;

/** How long a job waits for a database that does not answer its claim; a restart with recovery takes seconds. */
const CLAIM_PATIENCE_MS = 15_000;

/**
 * How a handler ended its work row:
 * - `settled`: the row is deleted, in the same commit as its outcomes;
 * - `lost`: the lease had run out, somebody else will do it;
 * - `release`: not now (a hold, a full bulkhead); due again after `delay` milliseconds, no claim burnt. `held`: it is not
 *   overdue meanwhile, since somebody said that it must wait.
 */
export type WorkEnd =
  | { readonly end: 'settled'; readonly summary: object }
  | { readonly end: 'lost' }
  | { readonly end: 'release'; readonly delay: number; readonly reason: string; readonly held?: true };

export interface WorkHandler<Item> {
  readonly queue: QueueName;
  /** Rows at once, whether they came as jobs or were handed on. */
  readonly concurrency: number;
  handle(work: LeasedWork<Item>, lease: Lease): Promise<WorkEnd>;
  /** Called instead of `handle` for a row of one item that was claimed too often: it seems to kill its workers. */
  handlePoison(work: LeasedWork<Item>, lease: Lease): Promise<WorkEnd>;
}

export interface WorkHostOptions {
  readonly database: Database;
  readonly store: WorkStore;
  readonly backend: QueueBackend;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Milliseconds that `stop` waits for work under way before it hands the rest back. */
  readonly grace?: number;
}

/** Runs the handlers of one process: job, claim, handler, end; what is handed on begins with the handler. */
export class WorkHost {
  private readonly leases: LeaseKeeper;
  private readonly lag: StartLag;
  private readonly jobs: JobCounter;
  private readonly workers: Worker[] = [];
  private readonly running = new Map<Uuid, Lease>();
  private readonly queues = new Map<QueueName, WorkedQueue>();
  private readonly handedOn = new Set<Promise<unknown>>();
  private readonly stopping = new AbortController();
  private starting: Promise<unknown> = Promise.resolve();
  /** Nobody renews leases any more: what comes late (a job that had waited for a place, work whose commit took long) is not begun. */
  private ended = false;
  /** Calls in a row that the database did not answer. */
  private unanswered = 0;
  /** When work last ended here, on the monotonic clock; undefined before the first. Readiness looks at it. */
  lastEndedAt: number | undefined;
  private readonly onUnreachable = atMostOnceAMinute((error: unknown, keptBack) => {
    this.options.logger.warn({ err: error, keptBack }, 'the database does not answer; work waits until it does');
  });

  constructor(private readonly options: WorkHostOptions) {
    this.leases = new LeaseKeeper(options.database, options.store, options.logger);
    this.lag = new StartLag(options.metrics);
    this.jobs = new JobCounter(options.metrics);
  }

  /** @throws Error when a queue is given two handlers: one of them would starve. */
  start(handlers: readonly WorkHandler<never>[]): void {
    const queues = new Set(handlers.map((handler) => handler.queue));
    if (queues.size !== handlers.length) throw new Error('a queue has two handlers');
    this.leases.start();
    this.starting = Promise.all(handlers.map((handler) => this.startWorker(handler)));
  }

  /** For work that is about to be made for some of these queues. A process that stops takes none of it. */
  handOn(queues: readonly QueueName[]): HandOn {
    const queueOf = (queue: QueueName): WorkedQueue | undefined =>
      this.stopping.signal.aborted ? undefined : this.queues.get(queue);
    return new HandOn(this.options.backend, queueOf, queues);
  }

  private async startWorker(handler: WorkHandler<never>): Promise<void> {
    const { backend, logger } = this.options;
    const { queue, concurrency } = handler;
    const room = new Semaphore(concurrency);
    this.lag.expect(queue);
    this.queues.set(queue, { room, do: (work, claimedAt) => this.doHandedOn(handler, room, work, claimedAt) });
    const processor: Processor = (job) => room.use(() => this.run(handler, job.data));
    const { signal } = this.stopping;
    const worker = await startWorker({ backend, queue, processor, concurrency, logger, signal });
    if (worker === undefined) return;
    this.jobs.watch(worker, queue);
    this.workers.push(worker);
  }

  /** Stops taking jobs, waits for the grace period, then hands back what is still leased. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await stopPart('workers that connect', this.starting);
    const grace = new Promise((resolve) => setTimeout(resolve, this.options.grace ?? 10_000).unref());
    await stopPart('work under way', Promise.race([this.endWork(), grace]));
    this.ended = true;
    await this.leases.stop();
    const given = [...this.running.values()].map((lease) =>
      this.options.store.release(this.options.database, lease, 0),
    );
    await stopPart('work that is handed back', Promise.allSettled(given));
  }

  /** What the last jobs handed on is under way when they have ended. */
  private async endWork(): Promise<void> {
    await Promise.allSettled(this.workers.map((worker) => worker.close()));
    await Promise.allSettled(this.handedOn);
  }

  private async run(handler: WorkHandler<never>, data: unknown): Promise<object> {
    const job = workJob.parse(data);
    if (this.ended) return { skipped: 'the process stops' };
    const { work, claimedAt } = await this.claimOnceItAnswers(job.work);
    if (work === undefined) return { skipped: 'done, or leased by another worker' };
    return this.do(handler, work, claimedAt);
  }

  /** Nobody hears how it ends: what there is to say of it is in the log and in its row. */
  private doHandedOn(handler: WorkHandler<never>, room: Semaphore, work: LeasedWork<never>, claimedAt: number): void {
    const done = this.do(handler, work, claimedAt)
      .catch(() => undefined)
      .finally(() => {
        room.release();
        this.handedOn.delete(done);
      });
    this.handedOn.add(done);
  }

  private do(handler: WorkHandler<never>, work: LeasedWork<never>, claimedAt: number): Promise<object> {
    const { queue, lane, items, claims, lateMs, id } = work;
    const facts = {
      'messaging.destination.name': queue,
      'messaging.batch.message_count': items.length,
      'signalbox.work': id,
      'signalbox.lane': lane,
      'signalbox.claims': claims,
      'signalbox.late_ms': Math.round(lateMs),
    };
    return inSpan({ name: `work ${queue}`, kind: 'work', facts }, (span) =>
      this.doLeased(handler, work, claimedAt, span),
    );
  }

  private async doLeased(
    handler: WorkHandler<never>,
    work: LeasedWork<never>,
    claimedAt: number,
    span: OpenSpan,
  ): Promise<object> {
    if (this.ended) return this.finish(work, { end: 'release', delay: 0, reason: 'the process stops' });
    const lease = this.leases.keep(work, claimedAt);
    this.running.set(work.token, lease);
    try {
      const end = await this.attend(handler, work, lease);
      span.note({ 'signalbox.end': end.end, ...(end.end === 'release' && { 'signalbox.reason': end.reason }) });
      const ended = await this.finish(work, end);
      this.lastEndedAt = performance.now();
      return ended;
    } catch (error) {
      await this.handBackAfter(error, work);
      throw error;
    } finally {
      this.leases.forget(lease);
      this.running.delete(work.token);
    }
  }

  private async attend(handler: WorkHandler<never>, work: LeasedWork<never>, lease: Lease): Promise<WorkEnd> {
    if (work.claims <= MAX_CLAIMS) return handler.handle(work, lease);
    if (work.items.length === 1) return handler.handlePoison(work, lease);
    await atCrashPoint('split.commit', () => this.options.store.split(this.options.database, work));
    this.options.logger.warn(
      { work: work.id, queue: work.queue, items: work.items.length },
      'work seems to kill its workers; halved',
    );
    return { end: 'settled', summary: { halved: work.items.length } };
  }

  private async finish(work: LeasedWork, end: WorkEnd): Promise<object> {
    switch (end.end) {
      case 'settled':
        this.lag.begun(work.queue, work.lateMs);
        return end.summary;
      case 'lost':
        return { skipped: 'the lease ran out' };
      case 'release':
        await atCrashPoint('release.commit', () =>
          this.options.store.release(this.options.database, work, end.delay, { held: end.held === true }),
        );
        return { released: end.reason, delay: end.delay };
    }
  }

  /**
   * A database that is away is waited for: a job that failed with it would leave its row to the next offer, ten seconds
   * later and twice as long each time, and a queue of thousands would be rushed through for nothing. The token stays the
   * same, so a claim that was committed and whose answer was lost is found again and does not lie until its lease ends.
   */
  private async claimOnceItAnswers(id: Uuid): Promise<{ work: LeasedWork<never> | undefined; claimedAt: number }> {
    const { database, store } = this.options;
    const token = newUuid();
    return this.onceItAnswers(CLAIM_PATIENCE_MS, async () => {
      const claimedAt = performance.now();
      const work = await atCrashPoint('claim.lease', () => store.claim<never>(database, id, token));
      return { work, claimedAt };
    });
  }

  /** Asks again while the database is away. @throws DatabaseUnreachable when `patience` milliseconds are over, or the host stops. */
  private async onceItAnswers<Answer>(patience: number, ask: () => Promise<Answer>): Promise<Answer> {
    for (const giveUpAt = performance.now() + patience; ;) {
      try {
        const answer = await ask();
        this.unanswered = 0;
        return answer;
      } catch (error) {
        if (!(error instanceof DatabaseUnreachable)) throw error;
        this.onUnreachable(error);
        await this.backOff();
        if (performance.now() > giveUpAt || this.stopping.signal.aborted) throw error;
      }
    }
  }

  private async backOff(): Promise<void> {
    const wait = Math.min(LONGEST_BACK_OFF_MS, 100 * 2 ** Math.min(this.unanswered++, 10));
    await sleep(wait * (0.5 + Math.random() / 2), undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  /** A database that does not answer is nobody's fault; any other error may be the work's own and keeps its claim. */
  private async handBackAfter(error: unknown, work: LeasedWork): Promise<void> {
    const isUnreachable = error instanceof DatabaseUnreachable;
    const delay = Math.min(60_000, 1_000 * 2 ** work.claims);
    if (isUnreachable) this.onUnreachable(error);
    else {
      this.options.logger.error(
        { err: error, work: work.id, queue: work.queue, claims: work.claims },
        'work failed and is handed back',
      );
    }
    const { database, store } = this.options;
    // Otherwise the row would lie until its lease ends, although the database may be back after one second.
    await this.onceItAnswers(LEASE_SECONDS * 1_000, () =>
      store.release(database, work, delay, { keepClaim: !isUnreachable }),
    ).catch(() => false);
  }
}
