import { queuesOf } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { WorkGauges } from '@signalbox/queues';
import { Chore } from '@signalbox/resilience';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { eventsWork } from '../work/events-work.js';
import { COUNT_STANDSTILLS } from './webhook-gauges.queries.js';

const EVERY_MS = 5_000;
/** Why an endpoint may be disabled. */
const REASONS = ['requested', 'gone', 'failing'] as const;

/** Looks at the open work and at endpoints that stand still every few seconds, for Prometheus. */
export function webhookGauges(database: Database, logger: Logger, metrics: Metrics): Chore {
  const work = new WorkGauges(eventsWork, queuesOf('events'), metrics);
  const disabled = metrics.gauge('webhook_endpoints_disabled', 'Webhook endpoints that get nothing', ['reason']);
  const open = metrics.gauge('webhook_breakers_open', 'Webhook endpoints that are paused after failures');
  return new Chore(EVERY_MS, async () => {
    try {
      const [, standstills] = await Promise.all([
        work.sample(database),
        database.query<{ reason: string | null; count: number }>(COUNT_STANDSTILLS),
      ]);
      disabled.reset();
      for (const reason of REASONS) disabled.set({ reason }, 0);
      open.set(0);
      for (const { reason, count } of standstills.rows) {
        if (reason === null) open.set(count);
        else disabled.set({ reason }, count);
      }
    } catch (error) {
      logger.debug({ err: error }, 'the backlog of webhooks could not be read');
    }
  });
}
