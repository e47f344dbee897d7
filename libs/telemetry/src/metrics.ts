import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { measureLoopDelay } from './loop-delay.js';

/** A service's own Prometheus registry and the three ways to add to it. Names end in their unit. */
export interface Metrics {
  readonly registry: Registry;
  counter<Label extends string = never>(name: string, help: string, labels?: readonly Label[]): Counter<Label>;
  /** `collect` sets it when somebody reads the figures, and never rejects. */
  gauge<Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
    collect?: () => Promise<void>,
  ): Gauge<Label>;
  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labels?: readonly Label[],
  ): Histogram<Label>;
}

/** prom-client cannot be told to leave the event loop alone, but to look at it once in so many milliseconds. See loop-delay.ts. */
const HARDLY_EVER_MS = 24 * 3_600_000;

/** Makes the registry of one process, with Node's own figures (event-loop delay, heap, handles) in it. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: HARDLY_EVER_MS });
  measureLoopDelay(registry);
  const registers = [registry];
  return {
    registry,
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: [...labels], registers }),
    gauge: (name, help, labels = [], collect) =>
      new Gauge({ name, help, labelNames: [...labels], registers, ...(collect !== undefined && { collect }) }),
    histogram: (name, help, buckets, labels = []) =>
      new Histogram({ name, help, buckets, labelNames: [...labels], registers }),
  };
}
