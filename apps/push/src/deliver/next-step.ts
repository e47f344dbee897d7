import type { Lane } from '@signalbox/contracts';
import { fullJitter } from '@signalbox/resilience';
import type { HoldScope } from '../holds/holds.js';
import type { AttemptOutcome } from '../providers/push-provider.js';

export const FINAL_STATES = ['sent', 'rejected', 'gone', 'suspect', 'refused', 'expired', 'dead'] as const;
export type FinalState = (typeof FINAL_STATES)[number];

/**
 * What follows an attempt: the delivery ends; it is tried again at a time; nothing was tried and it stays as it is for
 * a while (`postpone`); or its whole credential or project waits (`hold`).
 */
export type NextStep =
  | { readonly step: 'settle'; readonly state: FinalState; readonly reason?: string }
  | { readonly step: 'retry'; readonly dueAt: Date; readonly reason: string }
  | { readonly step: 'postpone'; readonly forMs: number; readonly reason: string }
  | { readonly step: 'hold'; readonly scope: HoldScope; readonly forMs: number; readonly reason: string };

export interface AttemptContext {
  /** From 1. */
  readonly attempt: number;
  readonly lane: Lane;
  readonly expiresAt: Date;
  readonly now: Date;
  /** Its category prefers a message that is lost to one that comes twice. */
  readonly atMostOnce: boolean;
}

/** After this many attempts a delivery is a dead letter. With the waits below that is hours, not minutes. */
const MAX_ATTEMPTS = 10;

/** Milliseconds. Transactional messages are worth little when late, bulk ones can wait. */
const BACKOFF = {
  transactional: { base: 1_000, cap: 15 * 60_000 },
  bulk: { base: 15_000, cap: 3_600_000 },
} as const satisfies Record<Lane, { base: number; cap: number }>;

/**
 * The one owner of retries. The provider's wish (`afterMs`, from Retry-After or its documentation) is honoured per
 * device and only lengthened, by exponential backoff with full jitter. Nothing is tried after the message expired.
 */
export function nextStep(
  outcome: AttemptOutcome,
  context: AttemptContext,
  random: () => number = Math.random,
): NextStep {
  switch (outcome.kind) {
    case 'sent':
      return { step: 'settle', state: 'sent' };
    case 'gone':
    case 'suspect':
    case 'rejected':
      return { step: 'settle', state: outcome.kind, reason: outcome.reason };
    case 'expired':
      return { step: 'settle', state: 'expired', reason: 'expired_before_sending' };
    case 'hold-credential':
      return { step: 'hold', scope: 'credential', forMs: outcome.untilMs, reason: outcome.reason };
    case 'hold-project':
      return { step: 'hold', scope: 'project', forMs: outcome.untilMs, reason: outcome.reason };
    case 'retry':
      if (outcome.uncounted)
        return { step: 'postpone', forMs: outcome.afterMs + random() * 1_000, reason: outcome.reason };
      return retry(outcome.reason, outcome.afterMs, context, random, outcome.atMost);
    case 'ambiguous':
      if (context.atMostOnce) return { step: 'settle', state: 'dead', reason: mayHaveArrived(outcome.reason) };
      return retry(outcome.reason, outcome.afterMs, context, random);
  }
}

/** The reason of a dead letter that was sent at most once, and perhaps came: who replays it may show it twice. */
export function mayHaveArrived(reason: string): string {
  return `may_have_arrived: ${reason}`;
}

function retry(
  reason: string,
  afterMs: number,
  context: AttemptContext,
  random: () => number,
  atMost = MAX_ATTEMPTS,
): NextStep {
  if (context.attempt >= Math.min(atMost, MAX_ATTEMPTS)) return { step: 'settle', state: 'dead', reason };
  const wait = afterMs + fullJitter(context.attempt, BACKOFF[context.lane], random);
  const dueAt = new Date(context.now.getTime() + wait);
  if (dueAt >= context.expiresAt)
    return { step: 'settle', state: 'expired', reason: `expired_before_retry: ${reason}` };
  return { step: 'retry', dueAt, reason };
}
