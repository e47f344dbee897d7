import type { Database } from '@signalbox/database';
import { WorkGauges } from '@signalbox/queues';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { eventsWork } from '../work/events-work.js';
import { COUNT_STANDSTILLS } from './webhook-gauges.queries.js';

const EVERY_MS = 5_000;

/** Looks at the open work and at endpoints that stand still every few seconds, for Prometheus. */
export class WebhookGauges {
  private readonly work;
  private readonly disabled;
  private readonly open;
  private timer: NodeJS.Timeout | undefined;
  private look: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.work = new WorkGauges(eventsWork, metrics);
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
      const [, standstills] = await Promise.all([
        this.work.sample(this.database),
        this.database.query<{ reason: string | null; count: number }>(COUNT_STANDSTILLS),
      ]);
      this.disabled.reset();
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
