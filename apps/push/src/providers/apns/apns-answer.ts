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
