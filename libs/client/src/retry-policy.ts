import { fullJitter } from '@signalbox/resilience';

/** When to try again, and how long to wait for it. */
export interface RetryLimits {
  /** Attempts in all, the first one included; Infinity for who waits as long as it takes. */
  readonly attempts: number;
  /** Milliseconds: the ceiling of the first wait; it doubles with each attempt. */
  readonly base: number;
  /** Milliseconds: the ceiling of every wait. */
  readonly cap: number;
  /** Milliseconds: a service that asks for a longer pause than this is taken as refusing. */
  readonly longestPause: number;
}

export const CALL: RetryLimits = { attempts: 5, base: 250, cap: 10_000, longestPause: 60_000 };

/** For the follower of events, who has nothing better to do than to come back. */
export const FOLLOW: RetryLimits = { attempts: Infinity, base: 250, cap: 15_000, longestPause: Infinity };

/**
 * Whether the same request may fare better later. 429 and 503 are the service's own words; 502 and 504 are a gateway's for
 * a service that did not answer, as it happens while one is replaced. Every request of this client may be repeated.
 * So may a 409 whose code says that something is only not known or not over yet.
 */
export function isWorthRepeating(status: number, code?: string): boolean {
  if (status === 409) return code === 'operation_in_progress' || code === 'outcome_unknown';
  return status === 429 || status === 502 || status === 503 || status === 504;
}

/**
 * The milliseconds before the next attempt, or `undefined` when there shall be none.
 *
 * A pause that the service asked for is kept in full and the jitter comes on top, so that the callers it turned away
 * together do not come back together.
 */
export function waitBeforeRetry(
  attempt: number,
  pause: number | undefined,
  limits: RetryLimits,
  random: () => number = Math.random,
): number | undefined {
  if (attempt >= limits.attempts || (pause ?? 0) > limits.longestPause) return undefined;
  return (pause ?? 0) + fullJitter(attempt, limits, random);
}

/** A `Retry-After` (RFC 9110 section 10.2.3: seconds or a date) in milliseconds from `now`; `undefined` when unreadable. */
export function parseRetryAfter(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
