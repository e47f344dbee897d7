import { timeOfUuid, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { WorkGauges } from '@signalbox/queues';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { SOURCES_WITHOUT_SECRET } from '../sources/source.queries.js';
import { paymentsWork } from '../work/payments-work.js';
import { COUNT_INBOX } from './upkeep.queries.js';

const EVERY_MS = 5_000;

/** Looks at the open work, the inbox and sources without a secret every few seconds, for Prometheus. */
export class StripeGauges {
  private readonly work;
  private readonly inbox;
  private readonly oldest;
  private readonly silent;
  private timer: NodeJS.Timeout | undefined;
  private look: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.work = new WorkGauges(paymentsWork, metrics);
    this.inbox = metrics.gauge('stripe_inbox_events', 'Events of Stripe that are not decided: waiting or dead', [
      'state',
    ]);
    this.oldest = metrics.gauge('stripe_inbox_oldest_seconds', 'How long the oldest undecided event has been here', [
      'state',
    ]);
    this.silent = metrics.gauge('stripe_sources_without_secret', 'Stripe sources all of whose webhooks are refused');
  }

  start(): void {
    this.look = this.sample();
    this.timer = setInterval(() => {
      this.look = this.sample();
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.look;
  }

  private async sample(): Promise<void> {
    try {
      const [, inbox, silent] = await Promise.all([
        this.work.sample(this.database),
        this.database.query<{ dead: boolean; count: number; oldest: Uuid }>(COUNT_INBOX),
        this.database.query(SOURCES_WITHOUT_SECRET),
      ]);
      for (const gauge of [this.inbox, this.oldest]) gauge.reset();
      for (const { dead, count, oldest } of inbox.rows) {
        const state = dead ? 'dead' : 'waiting';
        this.inbox.set({ state }, count);
        this.oldest.set({ state }, Math.max(0, Date.now() - timeOfUuid(oldest)) / 1_000);
      }
      this.silent.set(silent.rowCount);
    } catch (error) {
      this.logger.debug({ err: error }, 'the backlog of Stripe events could not be read');
    }
  }
}
