import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Allowance } from './allowance.js';

/** Spans that failed, or in which something did. */
export class FailedSpans {
  private readonly spans = new WeakSet<object>();

  add(span: object): void {
    this.spans.add(span);
  }

  has(span: object): boolean {
    return this.spans.has(span);
  }
}

/** Hands on what the sampler kept, and of the rest what failed, within what is allowed: an outage fails everything. */
export class KeepFailed implements SpanProcessor {
  constructor(
    private readonly next: SpanProcessor,
    private readonly failed: FailedSpans,
    private readonly beyond: Allowance,
  ) {}

  onStart(): void {
    // What becomes of a span is known at its end.
  }

  onEnd(span: ReadableSpan): void {
    const isSampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
    if (isSampled) this.next.onEnd(span);
    else if (this.failed.has(span) && this.beyond.take()) this.next.onEnd(asSampled(span));
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}

/** The same span for whoever passes over those that are not sampled. */
function asSampled(span: ReadableSpan): ReadableSpan {
  const context = { ...span.spanContext(), traceFlags: TraceFlags.SAMPLED };
  return Object.create(span, { spanContext: { value: () => context } }) as ReadableSpan;
}
