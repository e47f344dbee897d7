import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '@signalbox/telemetry';
import { Figures } from '../figures/figures.js';
import { OutcomeCounter } from './outcome-counter.js';
import type { Settlement } from './settlement.js';

describe('deliveries that ended', () => {
  it('are counted by provider and state from zero on, and retries are not among them', async () => {
    const metrics = createMetrics('test');
    const figures = new Figures();
    const counter = new OutcomeCounter(metrics, figures);
    const settled = (provider: string, state: Settlement['state']) =>
      ({ provider, state, progress: { work: { lane: 'bulk' } } }) as Settlement;
    counter.count([
      settled('apns', 'sent'),
      settled('apns', 'sent'),
      settled('fcm', 'dead'),
      settled('apns', 'retrying'),
    ]);
    const { values } = await metrics.registry.getSingleMetric('deliveries_ended_total')!.get();
    expect(values).toHaveLength(21);
    const ended = values.filter(({ value }) => value > 0).map(({ labels, value }) => [labels, value]);
    expect(ended).toEqual([
      [{ provider: 'apns', state: 'sent' }, 2],
      [{ provider: 'fcm', state: 'dead' }, 1],
    ]);
    // The same for the console's charts, which tell lanes apart.
    expect(figures.take()).toMatchObject([
      { provider: 'apns', lane: 'bulk', sent: 2, failed: 0 },
      { provider: 'fcm', lane: 'bulk', sent: 0, failed: 1 },
    ]);
    expect(figures.take()).toEqual([]);
  });
});
