import type { OpenSpan, SpanStart } from './open-span.js';
import type { SpanRecorder } from './span-recorder.js';

/** Where nobody traces. */
const NOBODY: OpenSpan = { note: () => undefined, fail: () => undefined };

/** One for the whole process, like the provider of OpenTelemetry's own API: who traces is decided once, when it starts. */
let recorder: SpanRecorder | undefined;

/** From then on spans are made; undefined: none are. */
export function recordSpansBy(by: SpanRecorder | undefined): void {
  recorder = by;
}

/** Whether spans are made here; to be asked before anything is put together for one. */
export function isTracing(): boolean {
  return recorder !== undefined;
}

/**
 * Does something within a span: of the request or the work that it is a part of, or, with the kind `work`, of a trace of its own that is
 * linked to what made it necessary. Whatever it throws, the span has failed by the error's name.
 */
export function inSpan<Result>(start: SpanStart, act: (span: OpenSpan) => Promise<Result>): Promise<Result> {
  return recorder === undefined ? act(NOBODY) : recorder.within(start, act);
}

/** Tells of something that has ended just now and took so many milliseconds. `failed`: by what. */
export function tellSpan(start: SpanStart, milliseconds: number, failed?: string): void {
  recorder?.tell(start, milliseconds, failed);
}

/** A request that came in with this `traceparent`, if any; undefined where nobody traces. */
export function beginRequest(method: string, traceparent: string | undefined) {
  return recorder?.beginRequest(method, traceparent);
}

/** Links the work that is under way to what made it necessary, by stored `traceparent`s. */
export function linkWork(traceparents: Iterable<string | undefined>): void {
  recorder?.link(traceparents);
}

/** Where we are, to be stored with what is accepted now and done later; undefined where nobody traces. */
export function traceparent(): string | undefined {
  return recorder?.traceparent();
}

/** The trace that we are in, for the log. */
export function currentTraceId(): string | undefined {
  return recorder?.traceId();
}
