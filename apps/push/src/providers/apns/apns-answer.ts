import type { IncomingHttpHeaders } from 'node:http2';
import { parseRetryAfter } from '../retry-wait.js';

/** Apple answered. Plain JSON, as all of ApnsAnswer: it is kept with the delivery. */
export type AnsweredByApns = {
  readonly kind: 'answered';
  readonly status: number;
  readonly reason?: string;
  /** Milliseconds since 1970: when Apple saw the token die (410 only). */
  readonly timestamp?: number;
  readonly retryAfterMs?: number;
  readonly apnsId?: string;
  /** How old our provider token was when it went out: an "expired" young token means a wrong clock. */
  readonly jwtAgeMs: number;
};

/**
 * What became of one request to Apple:
 * `unsent`: nothing left this process, `unprocessed`: the server says it did not act on it (RFC 9113, section 8.7),
 * `unanswered`: it went out and no answer came, so it may or may not have been delivered.
 */
export type ApnsAnswer =
  | AnsweredByApns
  | { readonly kind: 'unsent'; readonly code: string }
  | { readonly kind: 'unprocessed'; readonly code: string }
  | { readonly kind: 'unanswered'; readonly code: string };

/** The two fields of an error body; anything else (a proxy's HTML page) has neither. */
export function parseErrorBody(body: string): { reason?: string; timestamp?: number } {
  try {
    const parsed = JSON.parse(body) as { reason?: unknown; timestamp?: unknown } | null;
    const timestamp = Number(parsed?.timestamp ?? Number.NaN);
    return {
      ...(typeof parsed?.reason === 'string' && { reason: parsed.reason }),
      ...(Number.isFinite(timestamp) && { timestamp }),
    };
  } catch {
    return {};
  }
}

/** What Apple answered, from the HTTP answer; a body that broke off counts as none. */
export function readApnsAnswer({
  status,
  headers,
  body,
  jwtAgeMs,
}: {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly jwtAgeMs: number;
}): AnsweredByApns {
  const apnsId = headers['apns-id'];
  // Nearly all of them, with nothing to copy.
  if (status === 200 && typeof apnsId === 'string') return { kind: 'answered', status, apnsId, jwtAgeMs };
  const retryAfter = headers['retry-after'];
  const retryAfterMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, Date.now());
  return {
    kind: 'answered',
    status,
    ...(body !== '' && parseErrorBody(body)),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(typeof apnsId === 'string' && { apnsId }),
    jwtAgeMs,
  };
}
