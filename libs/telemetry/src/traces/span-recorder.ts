import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT, SpanKind, TraceFlags, type Tracer, trace } from '@opentelemetry/api';
import type { FailedSpans } from './keep-failed.js';
import { LiveSpan } from './live-span.js';
import type { OpenSpan, SpanStart } from './open-span.js';
import { readTraceparent, writeTraceparent } from './trace-context.js';

/** A request from its first line to its last byte. */
export class RequestSpan {
  constructor(
    private readonly span: LiveSpan,
    private readonly here: AsyncLocalStorage<LiveSpan>,
  ) {}

  /** What happens within is part of it. To be called again where a stream has led out of it. */
  within(act: () => void): void {
    this.here.run(this.span, act);
  }

  /** It was answered. `route`: the pattern, and never the path; undefined where there is none. */
  end(method: string, route: string | undefined, status: number): void {
    this.span.rename(`${method} ${route ?? 'unknown'}`);
    this.span.note({ 'http.route': route, 'http.response.status_code': status });
    if (status >= 500) this.span.fail(String(status));
    this.span.end();
  }
}

/** Makes spans and knows in which of them we are. */
export class SpanRecorder {
  private readonly here = new AsyncLocalStorage<LiveSpan>();

  constructor(
    private readonly tracer: Tracer,
    private readonly failed: FailedSpans,
  ) {}

  beginRequest(method: string, traceparent: string | undefined): RequestSpan {
    const facts = { 'http.request.method': method };
    const start = { name: method, kind: SpanKind.SERVER, facts, parent: remote(traceparent) };
    return new RequestSpan(new LiveSpan(this.tracer, this.failed, start), this.here);
  }

  async within<Result>(start: SpanStart, act: (span: OpenSpan) => Promise<Result>): Promise<Result> {
    const span = this.make(start);
    try {
      return await this.here.run(span, () => act(span));
    } catch (error) {
      span.fail(error instanceof Error ? error.name : typeof error);
      throw error;
    } finally {
      span.end();
    }
  }

  tell(start: SpanStart, milliseconds: number, failed: string | undefined): void {
    const span = this.make(start, Date.now() - milliseconds);
    if (failed !== undefined) span.fail(failed);
    span.end(milliseconds);
  }

  link(traceparents: Iterable<string | undefined>): void {
    this.here.getStore()?.link(traceparents);
  }

  traceparent(): string | undefined {
    const context = this.here.getStore()?.begun().spanContext();
    if (context === undefined) return undefined;
    const { traceId, spanId, traceFlags } = context;
    return writeTraceparent({ traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 });
  }

  traceId(): string | undefined {
    return this.here.getStore()?.traceId();
  }

  private make({ name, kind, facts = {}, links = [] }: SpanStart, startedAt?: number): LiveSpan {
    const span = new LiveSpan(this.tracer, this.failed, {
      name,
      kind: kind === 'work' ? SpanKind.CONSUMER : kind === 'call' ? SpanKind.CLIENT : SpanKind.INTERNAL,
      facts,
      // Who makes work necessary does not wait for it: it has a trace of its own.
      parent: kind === 'work' ? undefined : this.here.getStore(),
      ...(startedAt !== undefined && { startedAt }),
    });
    span.link(links);
    return span;
  }
}

/** What a caller's `traceparent` makes of a request; undefined where it brings none. */
function remote(traceparent: string | undefined): Context | undefined {
  const place = traceparent === undefined ? undefined : readTraceparent(traceparent);
  if (place === undefined) return undefined;
  const { traceId, spanId, sampled } = place;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: sampled ? 1 : 0, isRemote: true });
}
