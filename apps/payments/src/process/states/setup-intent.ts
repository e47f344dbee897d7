import type { SetupIntent } from '../normalise/setup-intent.js';
import { lookOf, type Seen } from '../seen.js';
import { attemptOf, withAttempt, type Attempt } from './attempts.js';
import { latest } from './latest.js';
import type { At, State } from './state.js';

export interface SetupIntentState extends State<At<SetupIntent>, { readonly attempts: readonly Attempt[] }> {
  readonly past: { readonly attempts: readonly Attempt[] };
}

const RANK: Record<SetupIntent['status'], number> = {
  requires_payment_method: 1,
  requires_confirmation: 1,
  requires_action: 1,
  processing: 1,
  canceled: 2,
  succeeded: 3,
};

/** Within one second, as with payments. */
const STEP: Record<SetupIntent['status'], number> = {
  requires_payment_method: 0,
  requires_confirmation: 1,
  requires_action: 2,
  processing: 3,
  canceled: 0,
  succeeded: 0,
};
const FAILED_STEP = 4;

const joinNow = latest<SetupIntent>(
  (look) => RANK[look.status],
  (look) => (look.status === 'requires_payment_method' && look.error !== undefined ? FAILED_STEP : STEP[look.status]),
);

const FAILED = 'setup_intent.setup_failed';

/** The attempt whose failure an event tells of. */
export function failedSetup(seen: Seen<SetupIntent>): Attempt | undefined {
  const look = lookOf(seen);
  if (look?.error === undefined || seen.event.type !== FAILED) return undefined;
  return attemptOf(look.error, seen.event.created, look.latestAttempt);
}

export function joinSetupIntent(
  known: SetupIntentState | undefined,
  seen: Seen<SetupIntent>,
): SetupIntentState | undefined {
  const joined = joinNow(known, seen);
  return joined && { now: joined.now, past: { attempts: withAttempt(known?.past.attempts ?? [], failedSetup(seen)) } };
}
