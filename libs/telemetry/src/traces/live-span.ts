import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { FailedSpans } from './keep-failed.js';
import type { OpenSpan } from './open-span.js';
import { factsToSend, type SpanFacts } from './span-facts.js';
import { readTraceparent } from './trace-context.js';

/** A row of work has up to 500 items; so many of their traces are linked, those that are kept first. */
const MOST_LINKS = 32;

export interface LiveSpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly facts: SpanFacts;
  /** Within which it happens; absent: it begins a trace. */
  readonly parent?: LiveSpan | Context | undefined;
  /** Milliseconds since 1970; now unless told. */
  readonly startedAt?: number;
}

/**
 * A span that OpenTelemetry hears of as late as somebody needs its id, and at the latest when it ends: whether work is kept depends on the
 * traces that it is linked to, which are read from the database after it has begun.
 */
export class LiveSpan implements OpenSpan {
  private readonly links = new Map<string, Link>();
  private readonly wall: number;
  private readonly began = performance.now();
  private readonly facts: Record<string, string | number>;
  private span: Span | undefined;
  private failure: string | undefined;

  constructor(
    private readonly tracer: Tracer,
    private readonly failed: FailedSpans,
    private readonly start: LiveSpanStart,
  ) {
    this.wall = start.startedAt ?? Date.now();
    this.facts = factsToSend(start.facts);
  }

  note(facts: SpanFacts): void {
    const sent = factsToSend(facts);
    if (this.span === undefined) Object.assign(this.facts, sent);
    else this.span.setAttributes(sent);
  }

  rename(name: string): void {
    this.begun().updateName(name);
  }

  fail(type: string): void {
    this.failure = type;
    this.note({ 'error.type': type });
    // What it is part of is kept with it: alone it would hang in the air.
    if (this.start.parent instanceof LiveSpan) this.start.parent.keep();
    this.keep();
  }

  link(traceparents: Iterable<string | undefined>): void {
    for (const each of traceparents) {
      const place = each === undefined ? undefined : readTraceparent(each);
      if (place === undefined || this.links.has(place.traceId)) continue;
      const { traceId, spanId, sampled } = place;
      const link = { context: { traceId, spanId, traceFlags: sampled ? 1 : 0, isRemote: true } };
      this.links.set(traceId, link);
      if (this.links.size <= MOST_LINKS) this.span?.addLink(link);
    }
  }

  /** The trace that it is part of; undefined of work as long as nobody knows what made it necessary, and so whether it is kept. */
  traceId(): string | undefined {
    const isUndecided = this.span === undefined && this.start.kind === SpanKind.CONSUMER && this.links.size === 0;
    return isUndecided ? undefined : this.begun().spanContext().traceId;
  }

  /** With its ids; from here on whether it is kept is decided. */
  begun(): Span {
    if (this.span !== undefined) return this.span;
    const { name, kind } = this.start;
    const links = [...this.links.values()]
      .sort((one, other) => other.context.traceFlags - one.context.traceFlags)
      .slice(0, MOST_LINKS);
    const options = { kind, links, attributes: this.facts, startTime: this.wall };
    this.span = this.tracer.startSpan(name, options, this.parentContext());
    return this.span;
  }

  /** @param milliseconds that it took; until now unless told. */
  end(milliseconds = performance.now() - this.began): void {
    const span = this.begun();
    if (this.failure !== undefined) {
      this.failed.add(span);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(this.wall + milliseconds);
  }

  private keep(): void {
    this.failed.add(this.begun());
    if (this.start.parent instanceof LiveSpan) this.start.parent.keep();
  }

  private parentContext(): Context {
    const { parent } = this.start;
    if (parent instanceof LiveSpan) return trace.setSpan(ROOT_CONTEXT, parent.begun());
    return parent ?? ROOT_CONTEXT;
  }
}
