import type { Metrics } from '@signalbox/telemetry';
import type { Decided } from './decide.js';

/** Counts what became of Stripe's events, by type: also of those from which nothing follows. */
export class DecisionCounter {
  private readonly decisions;

  constructor(metrics: Metrics) {
    this.decisions = metrics.counter(
      'stripe_events_decided_total',
      'Events of Stripe that were decided, and what became of them',
      ['type', 'decision'],
    );
  }

  count(type: string, decision: Decided['decision'] | 'dead'): void {
    this.decisions.inc({ type, decision });
  }
}
