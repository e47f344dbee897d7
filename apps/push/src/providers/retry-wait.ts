const HOUR_MS = 3_600_000;

/** `Retry-After` (RFC 9110, section 10.2.3) in milliseconds from `now`: seconds or an HTTP date, at most an hour. */
export function parseRetryAfter(header: string, now: number): number | undefined {
  const ms = /^\d+$/.test(header)
    ? Number(header) * 1000
    : header.endsWith('GMT')
      ? Date.parse(header) - now
      : Number.NaN;
  // Longer waits are not worth a header's word; the caller's own back-off takes over.
  return Number.isNaN(ms) ? undefined : Math.min(HOUR_MS, Math.max(0, ms));
}

/** `base` milliseconds before the second attempt, then twice as long each time, never more than an hour. */
export function doubling(base: number, attempt: number): number {
  return Math.min(HOUR_MS, base * 2 ** (attempt - 1));
}

/** Spreads retries of the same moment: never earlier than asked, up to a fifth later. */
export function spread(ms: number, random: () => number): number {
  return Math.round(ms * (1 + random() / 5));
}

/**
 * Why something is `unsent` that says nothing of the provider: our own session was closing, busy with it, or told to stop,
 * or our database had no provider token to send with.
 */
const OUR_OWN = new Set([
  'CLOSED',
  'UNDER_WAY',
  'ABORTED',
  'TOKEN_STORE_UNREACHABLE',
  'TOKEN_SEALED_ELSEWHERE',
  'TOKEN_NOT_AGREED',
]);

/** Marks an attempt that never left because the provider could not be reached. */
export function unsentTrouble(code: string): { readonly trouble?: true } {
  return OUR_OWN.has(code) ? {} : { trouble: true };
}
