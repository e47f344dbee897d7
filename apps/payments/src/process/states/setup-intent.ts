import type { SetupIntent } from '../normalise/setup-intent.js';
import { lookOf, type Seen } from '../seen.js';
import { attemptOf, type Attempt } from './attempts.js';
import { intentJoin, type IntentState } from './intent.js';

export type SetupIntentState = IntentState<SetupIntent>;

const RANK: Record<SetupIntent['status'], number> = {
  requires_payment_method: 1,
  requires_confirmation: 1,
  requires_action: 1,
  processing: 1,
  canceled: 2,
  succeeded: 3,
};

const FAILED = 'setup_intent.setup_failed';

/** The attempt whose failure an event tells of. */
export function failedSetup(seen: Seen<SetupIntent>): Attempt | undefined {
  const look = lookOf(seen);
  if (look?.error === undefined || seen.event.type !== FAILED) return undefined;
  return attemptOf(look.error, seen.event.created, look.latestAttempt);
}

export const joinSetupIntent = intentJoin<SetupIntent>(RANK, failedSetup);
