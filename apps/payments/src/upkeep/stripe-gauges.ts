import { queuesOf, timeOfUuid, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { WorkGauges } from '@signalbox/queues';
import { Chore } from '@signalbox/resilience';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { SOURCES_WITHOUT_SECRET } from '../sources/source.queries.js';
import { paymentsWork } from '../work/payments-work.js';
import { COUNT_INBOX } from './upkeep.queries.js';

const EVERY_MS = 5_000;

/** Looks at the open work, the inbox and sources without a secret every few seconds, for Prometheus. */
export function stripeGauges(database: Database, logger: Logger, metrics: Metrics): Chore {
  const work = new WorkGauges(paymentsWork, queuesOf('payments'), metrics);
  const inbox = metrics.gauge('stripe_inbox_events', 'Events of Stripe that are not decided: waiting or dead', [
    'state',
  ]);
  const oldestSeconds = metrics.gauge(
    'stripe_inbox_oldest_seconds',
    'How long the oldest undecided event has been here',
    ['state'],
  );
  const silent = metrics.gauge('stripe_sources_without_secret', 'Stripe sources all of whose webhooks are refused');
  return new Chore(EVERY_MS, async () => {
    try {
      const [, counts, sources] = await Promise.all([
        work.sample(database),
        database.query<{ dead: boolean; count: number; oldest: Uuid }>(COUNT_INBOX),
        database.query(SOURCES_WITHOUT_SECRET),
      ]);
      for (const gauge of [inbox, oldestSeconds]) for (const state of ['waiting', 'dead']) gauge.set({ state }, 0);
      for (const { dead, count, oldest } of counts.rows) {
        const state = dead ? 'dead' : 'waiting';
        inbox.set({ state }, count);
        oldestSeconds.set({ state }, Math.max(0, Date.now() - timeOfUuid(oldest)) / 1_000);
      }
      silent.set(sources.rowCount);
    } catch (error) {
      logger.debug({ err: error }, 'the backlog of Stripe events could not be read');
    }
  });
}
