import type { Seen } from '../seen.js';
import { withAttempt, type Attempt } from './attempts.js';
import { latest } from './latest.js';
import type { At, State } from './state.js';

/** What is known of a payment or setup intent: how it is now, and every attempt that was heard to fail. */
export interface IntentState<Look> extends State<At<Look>, { readonly attempts: readonly Attempt[] }> {
  readonly past: { readonly attempts: readonly Attempt[] };
}

/** An attempt within one second: begun, confirmed, asked about, under way, failed. */
const STEP: Partial<Record<string, number>> = { requires_confirmation: 1, requires_action: 2, processing: 3 };
const FAILED_STEP = 4;

/** @param rank of two looks the one of the higher rank is later, whatever their times say. */
export function intentJoin<Look extends { readonly status: string; readonly error?: unknown }>(
  rank: Readonly<Record<Look['status'], number>>,
  failedAttempt: (seen: Seen<Look>) => Attempt | undefined,
): (known: IntentState<Look> | undefined, seen: Seen<Look>) => IntentState<Look> | undefined {
  const joinNow = latest<Look>(
    ({ status }) => rank[status as Look['status']],
    ({ status, error }) =>
      status === 'requires_payment_method' && error !== undefined ? FAILED_STEP : (STEP[status] ?? 0),
  );
  return (known, seen) => {
    const joined = joinNow(known, seen);
    return (
      joined && { now: joined.now, past: { attempts: withAttempt(known?.past.attempts ?? [], failedAttempt(seen)) } }
    );
  };
}
