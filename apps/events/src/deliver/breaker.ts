import type { Outcome } from './outcome.js';

/** How an endpoint has been doing; kept in its row. */
export interface Health {
  /** Failures since the last success. */
  readonly failures: number;
  /** How often in a row they opened the breaker. */
  readonly openings: number;
  /** Nothing is sent before, and after it one delivery alone; null: the breaker is closed. */
  readonly openUntil: Date | null;
  /** The first failure since the last success. */
  readonly failingSince: Date | null;
}

/** Failures in a row that open the breaker. */
const OPENS_AFTER = 5;
/** Milliseconds that it stays open, the first time and at most; each time twice as long as the time before. */
const OPEN_MS = 30_000;
const LONGEST_OPEN_MS = 15 * 60_000;
/** An endpoint that asks to be left alone (429 or 503 with Retry-After) is, for so long at most. */
const LONGEST_PAUSE_MS = 3_600_000;
const ASKS_FOR_PAUSE = [429, 503];

/** Nothing but failures for so long, and so many of them: a single one before and after a quiet week says little. */
const GIVEN_UP_AFTER_MS = 5 * 24 * 3_600_000;
const GIVEN_UP_FAILURES = 10;

export const HEALTHY: Health = { failures: 0, openings: 0, openUntil: null, failingSince: null };

/** The health of an endpoint after one more attempt. */
export function afterAttempt(before: Health, outcome: Outcome, now: Date, random: () => number = Math.random): Health {
  if (outcome.isDelivered) return HEALTHY;
  const failures = before.failures + 1;
  const failingSince = before.failingSince ?? now;
  const isOpen = before.openUntil !== null && before.openUntil > now;
  // Of attempts that were under way when it opened, none opens it again.
  const opens = failures >= OPENS_AFTER && !isOpen;
  const openFor = Math.min(LONGEST_OPEN_MS, OPEN_MS * 2 ** before.openings) * (1 + random() * 0.1);
  const until = [
    isOpen ? before.openUntil : null,
    opens ? new Date(now.getTime() + openFor) : null,
    pauseAskedFor(outcome, now),
  ].filter((date) => date !== null);
  const openUntil = until.length === 0 ? null : new Date(Math.max(...until.map((date) => date.getTime())));
  return { failures, failingSince, openUntil, openings: before.openings + (opens ? 1 : 0) };
}

/** Whether nobody should try any longer. */
export function isGivenUp({ failures, failingSince }: Health, now: Date): boolean {
  if (failingSince === null || failures < GIVEN_UP_FAILURES) return false;
  return now.getTime() - failingSince.getTime() >= GIVEN_UP_AFTER_MS;
}

function pauseAskedFor({ status = 0, retryAfterMs = 0 }: Outcome, now: Date): Date | null {
  if (!ASKS_FOR_PAUSE.includes(status) || retryAfterMs === 0) return null;
  return new Date(now.getTime() + Math.min(LONGEST_PAUSE_MS, retryAfterMs));
}
