import type { Metrics } from '@signalbox/telemetry';

/** Kinds that have a series of their own, at most; only notifications that are proven to be Braintree's are counted by kind. */
const MOST_KINDS = 100;

/** What comes in from Braintree, for Prometheus. */
export class BraintreeEdgeFigures {
  private readonly answered;
  private readonly stored;
  private readonly kinds = new Set<string>();

  constructor(metrics: Metrics) {
    this.answered = metrics.counter(
      'braintree_webhooks_total',
      'Webhooks of Braintree by what became of them: stored, repeated, full, not_stored, or the code of the refusal',
      ['outcome'],
    );
    this.stored = metrics.counter(
      'braintree_events_stored_total',
      'Notifications of Braintree that were new, by kind',
      ['kind'],
    );
  }

  answer(outcome: string): void {
    this.answered.inc({ outcome });
  }

  store(kind: string): void {
    if (this.kinds.size < MOST_KINDS) this.kinds.add(kind);
    this.stored.inc({ kind: this.kinds.has(kind) ? kind : 'other' });
  }
}
