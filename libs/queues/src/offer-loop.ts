import type { QueueName } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { atCrashPoint } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import type { Publisher } from './publisher.js';
import type { QueueBackend } from './queue-backend.js';
import type { WorkStore } from './work-store.js';

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
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;
  /** When the last complete round ended, on the monotonic clock; undefined before the first. Readiness looks at it. */
  lastRoundAt: number | undefined;

  constructor(private readonly options: OfferLoopOptions) {}

  start(): void {
    this.round = this.runRound();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private async runRound(): Promise<void> {
    try {
      await this.noticeLostJobs();
      while ((await this.offerOnce()) === OFFERS_PER_ROUND && !this.stopped);
      this.lastRoundAt = performance.now();
    } catch (error) {
      this.options.logger.warn({ err: error }, 'offer round failed; the next one follows');
    }
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.round = this.runRound();
    }, this.options.interval ?? 1_000);
  }

  private async offerOnce(): Promise<number> {
    const { database, store, publisher } = this.options;
    const offers = await atCrashPoint('offer.commit', () => store.offerDue(database, OFFERS_PER_ROUND));
    await publisher.publish(offers, 'offer.publish');
    return offers.length;
  }

  /** A queue whose epoch changed has lost its jobs (FLUSHALL, failover to an empty copy): all it held is due again. */
  private async noticeLostJobs(): Promise<void> {
    const { backend, database, store, queues, logger } = this.options;
    await Promise.all(
      queues.map(async (queue) => {
        const epoch = await backend.epoch(queue).catch(() => undefined);
        if (epoch === undefined) return;
        const before = this.epochs.get(queue);
        if (epoch.fresh || (before !== undefined && before !== epoch.value)) {
          const rows = await store.offerAgain(database, queue);
          if (rows > 0) logger.warn({ queue, rows }, 'the queue lost its jobs; offering all of its work again');
        }
        this.epochs.set(queue, epoch.value);
      }),
    );
  }
}
