import type { QueueName } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { atBeat, atCrashPoint, stopPart } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import type { Publisher } from './publisher.js';
import type { QueueBackend } from './queue-backend.js';
import type { QueueHead, WorkStore } from './work-store.js';

export interface OfferLoopOptions {
  readonly database: Database;
  readonly store: WorkStore;
  readonly backend: QueueBackend;
  readonly publisher: Publisher;
  readonly queues: readonly QueueName[];
  readonly logger: Logger;
  /** Milliseconds between rounds; 1,000 unless told. */
  readonly interval?: number;
}

const OFFERS_PER_ROUND = 500;

/**
 * Offers due work again and again until somebody does it: the loop that makes a lost job, an emptied Redis and a dead
 * worker harmless. It selects by state, so there is no cursor that could skip a row, and every process runs it.
 */
export class OfferLoop {
  private readonly epochs = new Map<QueueName, string>();
  private cancelNext: (() => void) | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;
  private readonly onFailure = atMostOnceAMinute((error: unknown, keptBack) => {
    this.options.logger.warn({ err: error, keptBack }, 'offer round failed; the next one follows');
  });
  /** When the last complete round ended, on the monotonic clock; undefined before the first. Readiness looks at it. */
  lastRoundAt: number | undefined;

  constructor(private readonly options: OfferLoopOptions) {}

  start(): void {
    this.round = this.runRound();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelNext?.();
    await stopPart('a round of offers', this.round);
  }

  private async runRound(): Promise<void> {
    try {
      const { database, store, queues } = this.options;
      const [epochs, isAnyDue] = await Promise.all([this.readEpochs(), store.anyDue(database)]);
      if (epochs.length > 0) {
        const isMadeDue = [await this.noticeLostJobs(epochs), await this.noticeUnpublished()].includes(true);
        const away = queues.filter((queue) => !epochs.some((known) => known.queue === queue));
        if (isAnyDue || isMadeDue) while ((await this.offerOnce(away)) === OFFERS_PER_ROUND && !this.stopped);
      }
      this.lastRoundAt = performance.now();
    } catch (error) {
      this.onFailure(error);
    }
    if (this.stopped) return;
    this.cancelNext = atBeat(this.options.interval ?? 1_000, () => {
      this.round = this.runRound();
    });
  }

  private async offerOnce(away: readonly QueueName[]): Promise<number> {
    const { database, store, publisher } = this.options;
    const heads = await this.readHeads(away);
    const { looked, offers } = await atCrashPoint('offer.commit', () =>
      store.offerDue(database, OFFERS_PER_ROUND, { heads, away }),
    );
    await publisher.publish(offers, 'offer.publish');
    return looked;
  }

  /**
   * The work that is next in each queue. In a backlog every row waits as long as that one has, and offering it again meanwhile
   * would make the backlog longer and longer. It is a hint and no truth: a queue that does not say has no backlog.
   */
  private async readHeads(away: readonly QueueName[]): Promise<readonly QueueHead[]> {
    const { backend } = this.options;
    const queues = this.options.queues.filter((queue) => !away.includes(queue));
    const heads = await Promise.all(
      queues.map(async (queue) => ({ queue, work: await backend.nextFirstWork(queue).catch(() => undefined) })),
    );
    return heads.flatMap(({ queue, work }) => (work === undefined ? [] : [{ queue, work }]));
  }

  /** What this process could not publish while the backend was away does not wait for the time of its next offer. Whether there was any. */
  private async noticeUnpublished(): Promise<boolean> {
    const { database, store, publisher, queues } = this.options;
    const unpublished = publisher.takeUnpublished().filter((queue) => queues.includes(queue));
    await Promise.all(unpublished.map((queue) => store.offerFirst(database, queue)));
    return unpublished.length > 0;
  }

  /**
   * The epoch of every queue but those that are away: all of them, or the ones of a master of a cluster. What they would hold is not offered
   * then: it would only lengthen the wait of each row, and so the time from the backend's return until the row is done.
   */
  private async readEpochs(): Promise<Epochs> {
    const { backend, queues, logger } = this.options;
    const epochs = queues.map(async (queue) => {
      try {
        return [{ queue, epoch: await backend.epoch(queue) }];
      } catch (error) {
        logger.debug({ err: error, queue }, 'the queue is away; its work stays due until it is back');
        return [];
      }
    });
    return (await Promise.all(epochs)).flat();
  }

  /** A queue whose epoch changed has lost its jobs (FLUSHALL, failover to an empty copy): all it held is due again. Whether one did. */
  private async noticeLostJobs(epochs: Epochs): Promise<boolean> {
    const { backend, database, store, logger } = this.options;
    const lost = await Promise.all(
      epochs.map(async ({ queue, epoch }) => {
        const before = this.epochs.get(queue);
        const hasLost = epoch === undefined || (before !== undefined && before !== epoch);
        if (hasLost) {
          const rows = await store.offerAgain(database, queue);
          if (rows > 0) logger.warn({ queue, rows }, 'the queue lost its jobs; offering all of its work again');
        }
        // Made after the commit: whoever fails or dies before it leaves the epoch missing, and the loss is noticed again.
        const inForce = epoch ?? (await backend.beginEpoch(queue).catch(() => undefined));
        if (inForce !== undefined) this.epochs.set(queue, inForce);
        return hasLost;
      }),
    );
    return lost.includes(true);
  }
}

type Epochs = readonly { readonly queue: QueueName; readonly epoch: string | undefined }[];
