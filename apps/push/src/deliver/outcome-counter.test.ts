import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '@signalbox/telemetry';
import { OutcomeCounter } from './outcome-counter.js';
import type { Settlement } from './settlement.js';

describe('deliveries that ended', () => {
  it('are counted by provider and state from zero on, and retries are not among them', async () => {
    const metrics = createMetrics('test');
    const counter = new OutcomeCounter(metrics);
    const settled = (provider: string, state: Settlement['state']) => ({ provider, state }) as Settlement;
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
  });
});
