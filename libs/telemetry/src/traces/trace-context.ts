/** Where in a trace something happened, as W3C Trace Context names it. Both ids in lower-case hex, neither of zeros alone. */
export interface TracePlace {
  readonly traceId: string;
  readonly spanId: string;
  /** Whether that trace is kept. */
  readonly sampled: boolean;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;

/**
 * Reads a `traceparent`, also one of a later version, which may have more behind the flags. Undefined for everything else: it came from
 * outside, and who sends nonsense begins no trace with it.
 */
export function readTraceparent(text: string): TracePlace | undefined {
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The place as a `traceparent` of version 00: what is stored with work, 55 characters. */
export function writeTraceparent({ traceId, spanId, sampled }: TracePlace): string {
  return `00-${traceId}-${spanId}-0${sampled ? 1 : 0}`;
}

/** The trace that a stored `traceparent` belongs to; undefined where it is none. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent === undefined ? undefined : readTraceparent(traceparent)?.traceId;
}
