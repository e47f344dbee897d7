import type { Lane } from '@signalbox/contracts';
import type { Metrics } from '@signalbox/telemetry';
import type { Figures } from '../figures/figures.js';
import { PROVIDERS } from '../providers/push-provider.js';
import { FINAL_STATES } from './next-step.js';
import type { Settlement } from './settlement.js';

/** How deliveries ended, for Prometheus: what the promise about deliveries is measured by. */
export class OutcomeCounter {
  private readonly ended;

  constructor(
    metrics: Metrics,
    private readonly figures: Figures,
  ) {
    this.ended = metrics.counter('deliveries_ended_total', 'Deliveries that ended, by how', ['provider', 'state']);
    for (const provider of PROVIDERS) for (const state of FINAL_STATES) this.ended.inc({ provider, state }, 0);
  }

  /** `recorded`: what one commit wrote. A retry is no end. */
  count(recorded: readonly Settlement[]): void {
    const counts = new Map<string, Ended & { count: number }>();
    for (const { provider, state, progress } of recorded) {
      if (state === 'retrying') continue;
      const { lane } = progress.work;
      const name = `${provider} ${state} ${lane}`;
      const known = counts.get(name);
      if (known) known.count += 1;
      else counts.set(name, { provider, state, lane, count: 1 });
    }
    for (const { provider, state, lane, count } of counts.values()) {
      this.ended.inc({ provider, state }, count);
      this.figures.ended(provider, lane, state === 'sent', count);
    }
  }
}

interface Ended extends Pick<Settlement, 'provider' | 'state'> {
  readonly lane: Lane;
}
