import type { Database } from '@signalbox/database';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { eventsWork } from '../work/events-work.js';
import { COUNT_STANDSTILLS } from './webhook-gauges.queries.js';

const EVERY_MS = 5_000;

/** Looks at the open work and at endpoints that stand still every few seconds, for Prometheus. */
export class WebhookGauges {
  private readonly rows;
  private readonly items;
  private readonly age;
  private readonly disabled;
  private readonly open;
  private timer: NodeJS.Timeout | undefined;
  private look: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.rows = metrics.gauge('work_rows', 'Open work rows', ['queue']);
    this.items = metrics.gauge('work_items', 'Items in open work rows', ['queue']);
    this.age = metrics.gauge('work_oldest_due_seconds', 'How long the oldest due work row has been waiting', ['queue']);
    this.disabled = metrics.gauge('webhook_endpoints_disabled', 'Webhook endpoints that get nothing', ['reason']);
    this.open = metrics.gauge('webhook_breakers_open', 'Webhook endpoints that are paused after failures');
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
      const [backlog, standstills] = await Promise.all([
        eventsWork.backlog(this.database),
        this.database.query<{ reason: string | null; count: number }>(COUNT_STANDSTILLS),
      ]);
      for (const gauge of [this.rows, this.items, this.age, this.disabled]) gauge.reset();
      for (const { queue, rows, items, oldestDueSeconds } of backlog) {
        this.rows.set({ queue }, rows);
        this.items.set({ queue }, items);
        this.age.set({ queue }, oldestDueSeconds);
      }
      this.open.set(0);
      for (const { reason, count } of standstills.rows) {
        if (reason === null) this.open.set(count);
        else this.disabled.set({ reason }, count);
      }
    } catch (error) {
      this.logger.debug({ err: error }, 'the backlog of webhooks could not be read');
    }
  }
}
