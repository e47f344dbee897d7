import { type ELDHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';

/** Milliseconds between two looks at how late the event loop is. As often as prom-client would have it (10), looking costs as much as work. */
const LOOK_EVERY_MS = 50;
/** Figures that nobody has read for so long are not taken any more. Milliseconds. */
const UNREAD_MS = 5 * 60_000;

const DELAY = 'The recorded event loop delays: ';

/** By the ends of their names, which are prom-client's. */
const FIGURES: Readonly<Record<string, readonly [string, (delay: ELDHistogram) => number]>> = {
  min: ['the least', (delay) => delay.min],
  max: ['the most', (delay) => delay.max],
  mean: ['their mean', (delay) => delay.mean],
  stddev: ['their standard deviation', (delay) => delay.stddev],
  p50: ['their median', (delay) => delay.percentile(50)],
  p90: ['90 % are no longer', (delay) => delay.percentile(90)],
  p99: ['99 % are no longer', (delay) => delay.percentile(99)],
};

/**
 * The event loop's delays since the figures were read last, in the place of those that prom-client takes whether anybody reads them or
 * not: each look is a wake-up, and they were a fifth of what a system at rest took. The first reading has none.
 */
export function measureLoopDelay(registry: Registry): void {
  const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  const unread = setTimeout(() => delay.disable(), UNREAD_MS).unref();
  const gauges = Object.entries(FIGURES).map(([name, [help, read]], index) => {
    const fullName = `nodejs_eventloop_lag_${name}_seconds`;
    registry.removeSingleMetric(fullName);
    const collect = (): void => {
      // The first of them sets all, so that they are of the same time.
      if (index > 0) return;
      if (delay.count > 0) for (const each of gauges) each.gauge.set(each.read(delay) / 1e9);
      delay.reset();
      delay.enable();
      unread.refresh();
    };
    return { gauge: new Gauge({ name: fullName, help: DELAY + help, registers: [registry], collect }), read };
  });
}
