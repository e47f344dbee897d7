import { setTimeout as sleep } from 'node:timers/promises';
import { atMostOnceAMinute } from '../at-most-once-a-minute.js';
import type { Logger } from '../logger.js';
import { recordSpansBy } from './spans.js';

/** What a service's environment says about traces. */
export interface TracingConfig {
  /** Where a collector takes OTLP over HTTP; absent: no traces are made. */
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  /** The share of traces that is kept, 0 to 1; all of them unless told. */
  readonly OTEL_TRACES_SAMPLER_ARG?: number | undefined;
}

export interface Tracing {
  /** Sends what is left, if the collector takes it within a moment. Never throws. */
  close(): Promise<void>;
}

/** Nobody waits longer for a collector when a service stops. Milliseconds. */
const FAREWELL = 2_000;

/**
 * Begins to make spans of what this process does and to send them to a collector, if there is one. A collector that is away, hangs or
 * refuses loses spans and nothing else: the log says so, once a minute.
 */
export async function startTracing(service: string, config: TracingConfig, logger: Logger): Promise<Tracing> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio = 1 } = config;
  if (endpoint === undefined) return { close: () => Promise.resolve() };
  const onTrouble = atMostOnceAMinute((_: void, keptBack) =>
    logger.warn({ keptBack }, 'traces do not reach their collector and are dropped; nothing else is affected'),
  );
  const { openExporter } = await import('./open-exporter.js');
  const exporter = openExporter({ service, endpoint, ratio, onTrouble: () => onTrouble() });
  recordSpansBy(exporter.recorder);
  return {
    async close() {
      recordSpansBy(undefined);
      const sent = exporter.close().catch(() => onTrouble());
      await Promise.race([sent, sleep(FAREWELL, undefined, { ref: false })]);
    },
  };
}
