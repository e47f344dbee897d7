import { formatId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Metrics } from '@signalbox/telemetry';
import { SLICE_NAMES } from './cursor-lease.js';
import { AGES } from './reconcile.queries.js';

/** What the comparing comes to, for operators: a gap means that webhooks get lost, an age that nobody would notice. */
export class ReconcileFigures {
  private readonly found;
  private readonly stopped;
  private readonly age;

  constructor(
    private readonly database: Database,
    metrics: Metrics,
  ) {
    this.found = metrics.counter('stripe_gap_events_total', 'Events that Stripe lists and never delivered');
    this.stopped = metrics.counter('stripe_reconcile_stopped_total', 'Runs of the reconciler that were not completed');
    this.age = metrics.gauge(
      'stripe_reconcile_age_seconds',
      "Seconds since an app's events were last compared with Stripe's, completely",
      ['app'],
    );
  }

  foundMissing(): void {
    this.found.inc();
  }

  runStopped(): void {
    this.stopped.inc();
  }

  async measure(): Promise<void> {
    const { rows } = await this.database.query<{ appId: string; seconds: number }>(AGES, SLICE_NAMES);
    this.age.reset();
    for (const { appId, seconds } of rows) this.age.set({ app: formatId('app', appId) }, seconds);
  }
}
