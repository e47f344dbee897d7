import { expect, it } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import { createMetrics } from './metrics.js';

it('delays of the event loop are taken from the first reading on, and not while nobody reads them', async () => {
  const { registry } = createMetrics('test');
  const most = async () => Number(/^nodejs_eventloop_lag_max_seconds\{.*\} (.*)$/m.exec(await registry.metrics())?.[1]);
  expect(await most()).toBe(0);
  // The figures are those since the last reading, of which each begins anew.
  await eventually(async () => expect(await most()).toBeGreaterThan(0.04), { every: 200 });
});
