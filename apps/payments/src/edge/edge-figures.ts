import type { Metrics } from '@signalbox/telemetry';

/** Types that have a series of their own, at most; only events that are proven to be Stripe's are counted by type. */
const MOST_TYPES = 300;

/** What comes of a webhook, but for refusals that are rare. */
const OUTCOMES = ['stored', 'repeated', 'ignored', 'full', 'not_stored', 'signature_mismatch'] as const;

/** What comes in at the edge, for Prometheus. */
export class EdgeFigures {
  private readonly answered;
  private readonly stored;
  private readonly types = new Set<string>();

  constructor(metrics: Metrics) {
    this.answered = metrics.counter(
      'stripe_webhooks_total',
      'Webhooks of Stripe by what became of them: stored, repeated, ignored, full, not_stored, or the code of the refusal',
      ['outcome'],
    );
    this.stored = metrics.counter('stripe_events_stored_total', 'Events of Stripe that were new, by type', ['type']);
    // What has not happened yet is at zero: otherwise the first time would be no growth.
    for (const outcome of OUTCOMES) this.answered.inc({ outcome }, 0);
  }

  answer(outcome: string): void {
    this.answered.inc({ outcome });
  }

  store(type: string): void {
    if (this.types.size < MOST_TYPES) this.types.add(type);
    this.stored.inc({ type: this.types.has(type) ? type : 'other' });
  }
}
