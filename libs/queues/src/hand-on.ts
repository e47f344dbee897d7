import { setTimeout as sleep } from 'node:timers/promises';
import { newUuid, type QueueName, type Uuid } from '@signalbox/contracts';
import type { Semaphore } from '@signalbox/resilience';
import type { QueueBackend } from './queue-backend.js';
import type { LeasedWork, NewWork } from './work.js';

/** A queue that this process works on. */
export interface WorkedQueue {
  /** How many of its rows are done here at once, whichever way they came. */
  readonly room: Semaphore;
  /** Does a row that is leased to this process; `claimedAt` is performance.now() from before the lease began. */
  do(work: LeasedWork<never>, claimedAt: number): void;
}

/** Milliseconds. The answer has usually come while the work was looked into. */
const PATIENCE_MS = 50;

/** Milliseconds after which an operator may have paused the queue since it was asked about; routing that waits for a lock can take so long. */
const ANSWER_HOLDS_MS = 250;

/** A part of the places is for jobs alone: another process, which may have a place, cannot take what this one has taken. */
const PART_FOR_JOBS = 1 / 4;

interface Leased {
  readonly work: NewWork;
  readonly token: Uuid;
  readonly here: WorkedQueue;
  readonly claimedAt: number;
}

/**
 * Work that one piece of work makes for queues that this very process works on, begun without a job and a claim: it is made with a
 * lease, in the commit that makes it. It goes no other way than its jobs would: not past an operator who has paused its queue or
 * slowed it down, not past jobs that wait for a place here, and not where all places are taken. It then has a job, like any other.
 *
 * A process that dies between the commit and the end of the work leaves a lease that runs out, and the offer loop offers the row.
 */
export class HandOn {
  private readonly open = new Set<QueueName>();
  private asked: { readonly at: number; readonly answers: Promise<unknown>; isAnswered: boolean };
  private readonly leased: Leased[] = [];

  /**
   * @param queueOf undefined: not worked on here, or no more.
   * @param queues those that work may be made for; the backend is asked which of them are open.
   */
  constructor(
    private readonly backend: QueueBackend,
    private readonly queueOf: (queue: QueueName) => WorkedQueue | undefined,
    private readonly queues: readonly QueueName[],
  ) {
    this.asked = this.askAll();
  }

  /**
   * Resolves when it is known which queues are open, or when that takes longer than a job would. Not to be waited for in a transaction:
   * what is not known to be open is closed. Asks again where the answer is old: a process that is late must not do more for each row.
   */
  async isKnown(): Promise<void> {
    if (this.isOld()) this.asked = this.askAll();
    if (this.asked.isAnswered) return;
    const late = new AbortController();
    await Promise.race([this.asked.answers, sleep(PATIENCE_MS, undefined, late).catch(() => undefined)]);
    late.abort();
  }

  /**
   * The works as they are to be made: with a lease, where there is a place for them at this moment and the backend has said that their
   * queue is open, just now.
   */
  lease(works: readonly NewWork[]): NewWork[] {
    if (this.isOld()) return [...works];
    return works.map((work) => {
      const here = this.open.has(work.queue) ? this.queueOf(work.queue) : undefined;
      if (here?.room.tryAcquire(Math.floor(here.room.slots * PART_FOR_JOBS)) !== true) return work;
      const token = newUuid();
      this.leased.push({ work, token, here, claimedAt: performance.now() });
      return { ...work, lease: token };
    });
  }

  /** After the commit: begins what was leased. Nobody waits for its end. */
  begin(): void {
    for (const { work, token, here, claimedAt } of this.leased.splice(0)) {
      const { id, rootId, queue, lane, appId = null, credentialId = null, items } = work;
      const leased: LeasedWork = {
        id,
        rootId,
        queue,
        lane,
        appId,
        credentialId,
        items,
        claims: 1,
        lateMs: performance.now() - claimedAt,
        token,
      };
      here.do(leased as LeasedWork<never>, claimedAt);
    }
  }

  /** Gives the places back of what was leased and not begun: it was not committed, or nobody knows. */
  giveBack(): void {
    for (const { here } of this.leased.splice(0)) here.room.release();
  }

  private isOld(): boolean {
    return performance.now() - this.asked.at > ANSWER_HOLDS_MS;
  }

  private askAll(): typeof this.asked {
    this.open.clear();
    const here = this.queues.filter((queue) => this.queueOf(queue) !== undefined);
    const answers = Promise.all(here.map((queue) => this.ask(queue)));
    const asked = { at: performance.now(), answers, isAnswered: false };
    void answers.then(() => (asked.isAnswered = true));
    return asked;
  }

  private async ask(queue: QueueName): Promise<void> {
    try {
      const { paused, concurrency, max } = await this.backend.queue(queue).getMeta();
      if (!paused && concurrency === undefined && max === undefined) this.open.add(queue);
    } catch {
      // The backend is away. What is made has no job then, and is offered when it is back.
    }
  }
}
