import { diag, DiagLogLevel } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { Allowance } from './allowance.js';
import { FailedSpans, KeepFailed } from './keep-failed.js';
import { WaySampler } from './sampler.js';
import { SpanRecorder } from './span-recorder.js';

/** Spans that wait for the collector, at most: a megabyte or two. What comes while it is full is dropped. */
const QUEUED = 2_048;
const AT_ONCE = 512;
/** Milliseconds. */
const EVERY = 2_000;
const PATIENCE = 5_000;
/** Spans a second beyond the share of traces that is kept: of those that failed, and of callers who keep theirs. */
const BEYOND = 20;

export interface ExporterOptions {
  readonly service: string;
  /** Below it `/v1/traces` takes OTLP over HTTP. */
  readonly endpoint: string;
  readonly ratio: number;
  readonly onTrouble: () => void;
}

/** Loaded only where traces are made: elsewhere none of OpenTelemetry's code is in the process. */
export function openExporter({ service, endpoint, ratio, onTrouble }: ExporterOptions): {
  readonly recorder: SpanRecorder;
  close(): Promise<void>;
} {
  // What goes wrong is that spans are lost. Its own words would hold what it was about to send.
  diag.setLogger({ error: onTrouble, warn: onTrouble, info: no, debug: no, verbose: no }, DiagLogLevel.WARN);
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: PATIENCE,
    concurrencyLimit: 1,
  });
  const failed = new FailedSpans();
  const queue = new BatchSpanProcessor({
    exporter,
    maxQueueSize: QUEUED,
    maxExportBatchSize: AT_ONCE,
    scheduledDelayMillis: EVERY,
    exportTimeoutMillis: PATIENCE,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'signalbox' }),
    sampler: new WaySampler(ratio, new Allowance(BEYOND)),
    spanProcessors: [new KeepFailed(queue, failed, new Allowance(BEYOND))],
  });
  return {
    recorder: new SpanRecorder(provider.getTracer('signalbox'), failed),
    close: () => provider.shutdown(),
  };
}

function no(): void {
  // Of no interest to operators.
}
