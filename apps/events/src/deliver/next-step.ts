import type { Outcome } from './outcome.js';

/** What follows an attempt. */
export type NextStep =
  | { readonly state: 'delivered' }
  | { readonly state: 'retrying'; readonly delay: number; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string };

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** Milliseconds after the first, second, ... attempt of a round; after the last of them the delivery has failed. */
const WAITS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

/** Of each wait so much is added by chance, so that what failed together does not come back together. */
const JITTER = 0.2;

/**
 * The one owner of retries. What the endpoint asked for (Retry-After) only lengthens a wait. `tries` counts the attempts of
 * this round, from 1.
 */
export function nextStep(outcome: Outcome, tries: number, random: () => number = Math.random): NextStep {
  if (outcome.isDelivered) return { state: 'delivered' };
  const reason = outcome.reason ?? outcome.kind;
  const wait = WAITS[tries - 1];
  if (outcome.isGone || wait === undefined) return { state: 'failed', reason };
  const jittered = wait * (1 + random() * JITTER);
  return { state: 'retrying', reason, delay: bucket(Math.max(jittered, outcome.retryAfterMs ?? 0)) };
}

/** Rounds up, so that retries which are due about the same time share a work row. Never early. */
function bucket(delay: number): number {
  const step = delay <= MINUTE ? SECOND : 5 * SECOND;
  return Math.ceil(delay / step) * step;
}
