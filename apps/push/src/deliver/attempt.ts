import { timeOfUuid } from '@signalbox/contracts';
import type { Provider } from '@signalbox/credentials';
import { FRESH_MS, type Lease, type LeasedWork } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import type { AttemptOutcome, ProviderSession, PushMessage } from '../providers/push-provider.js';
import type { SendItem } from '../work/push-work.js';
import { mustAskAgain } from './ask-again.js';
import type { AttemptLog } from './attempt-log.js';
import type { AttemptMarks } from './attempt-marks.js';
import type { CredentialBreakers } from './credential-breakers.js';
import { dueBucket } from './due-bucket.js';
import type { LoadedItem } from './load-batch.js';
import { mayHaveArrived, nextStep, type NextStep } from './next-step.js';
import type { Pace } from './pace.js';
import type { RetryBudget } from './retry-budget.js';
import { storableText, type Settlement } from './settlement.js';

export interface AttemptDependencies {
  readonly provider: { readonly name: Provider };
  readonly attempts: AttemptLog;
  readonly marks: AttemptMarks;
  readonly budget: RetryBudget;
  readonly breakers: CredentialBreakers;
  readonly pace: Pace;
}

/** An attempt that ended, ready to be recorded. */
export type Attempted = { readonly step: 'settled' } & Omit<Settlement, 'progress' | 'item' | 'provider'>;

/** Why an item stays in its work row: not now, or not by this worker because its lease is about to end. */
export type Wait = Extract<NextStep, { step: 'hold' | 'postpone' }> | { readonly step: 'lease-ending' };

/** A retry that the budget has no room for asks again after 5 to 10 seconds. */
const OVER_BUDGET_MS = 5_000;

/** A backlog that is let out slowly asks again after 0.5 to 1 second. */
const SOON_MS = 500;

/** What failed in this process is tried again after this long at the earliest. Milliseconds. */
const AFTER_EXCEPTION_MS = 10_000;

/** A probe that is not answered by then has learned nothing. Milliseconds. */
const PROBE_WITHIN_MS = 2_000;

/** One device, one attempt. `outcome` is there when the provider was called. */
export async function attempt(
  { item, message, atMostOnce, trace }: LoadedItem,
  work: LeasedWork<SendItem>,
  session: ProviderSession | undefined,
  { lease, probing }: { readonly lease: Lease; readonly probing: boolean },
  { attempts, marks, budget, breakers, pace, provider }: AttemptDependencies,
): Promise<{ readonly end: Attempted | Wait; readonly outcome?: AttemptOutcome }> {
  if ('refused' in message) return { end: refused(message.refused) };
  if ('interrupted' in message)
    return { end: { step: 'settled', state: 'dead', reason: mayHaveArrived('interrupted') } };
  if ('taken' in message) return { end: { step: 'settled', state: 'sent' } };
  if (session === undefined) return { end: refused('no_credential') };
  if (!lease.mayBegin()) return { end: { step: 'lease-ending' } };
  if (mustAskAgain(item)) return { end: { step: 'postpone', forMs: 0, reason: 'policy' } };
  const credential = work.credentialId ?? '';
  if (!pace.take(credential, probing || isFresh(item))) return { end: soon('ramp') };
  const isAlive = message.options.expiresAt.getTime() > Date.now();
  if (isAlive && !budget.spend(credential, item.a)) return { end: overBudget(attempts, provider.name, work) };
  if (atMostOnce) {
    const begun = await marks.begin({ item, appId: work.appId!, provider: provider.name });
    if (!begun) return { end: { step: 'lease-ending' } };
  }
  const startedAt = performance.now();
  const signal = probing ? AbortSignal.timeout(PROBE_WITHIN_MS) : undefined;
  let outcome: AttemptOutcome | undefined;
  try {
    outcome = await breakers.call(credential, message.device, () =>
      atCrashPoint('send.call', () => session.send(message, signal)),
    );
  } catch (error) {
    outcome = failedHere(attempts, provider.name, item, error);
  }
  if (outcome === undefined) {
    if (atMostOnce) await marks.takeBack(item);
    return { end: soon('breaker_open', breakers.waitMs) };
  }
  const milliseconds = performance.now() - startedAt;
  attempts.tell({ provider: provider.name, item, message, outcome, milliseconds, queuedMs: work.lateMs, trace });
  const end = settle(item, message, outcome, atMostOnce);
  if (atMostOnce && end.step !== 'settled') await marks.takeBack(item);
  return { end, outcome };
}

function refused(reason: string): Attempted {
  return { step: 'settled', state: 'refused', reason };
}

/** A fault of ours costs this item an attempt, and the others of its work row nothing. Whether it went out nobody knows. */
function failedHere(attempts: AttemptLog, provider: Provider, item: SendItem, error: unknown): AttemptOutcome {
  const { name: exception, stack } = error instanceof Error ? error : { name: typeof error };
  attempts.failedHere(provider, item, exception, stack);
  return { kind: 'ambiguous', reason: 'exception', afterMs: AFTER_EXCEPTION_MS, alarm: true, raw: { exception } };
}

function isFresh({ n, a, r }: SendItem): boolean {
  return a === 1 && r === undefined && Date.now() - timeOfUuid(n) < FRESH_MS;
}

function soon(reason: string, ms = SOON_MS): Wait {
  return { step: 'postpone', forMs: ms * (1 + Math.random()), reason };
}

function overBudget(attempts: AttemptLog, provider: Provider, { lane }: LeasedWork): Wait {
  attempts.postponed(provider, lane);
  return { step: 'postpone', forMs: OVER_BUDGET_MS * (1 + Math.random()), reason: 'retry_budget' };
}

function settle(item: SendItem, message: PushMessage, outcome: AttemptOutcome, atMostOnce: boolean): Attempted | Wait {
  const now = new Date();
  const { priority: lane, expiresAt } = message.options;
  const said = 'reason' in outcome ? { ...outcome, reason: storableText(outcome.reason) } : outcome;
  const step = nextStep(said, { attempt: item.a, lane, expiresAt, now, atMostOnce });
  const answer = { raw: outcome.raw, tried: message.device };
  switch (step.step) {
    case 'hold':
    case 'postpone':
      return step;
    case 'retry':
      return {
        step: 'settled',
        state: 'retrying',
        reason: step.reason,
        dueAt: dueBucket(step.dueAt, now),
        ...answer,
        ...(outcome.stranger && { stranger: outcome.stranger }),
      };
    case 'settle':
      // Nearly all of them, with nothing to copy.
      if (step.state === 'sent' && !outcome.stranger)
        return { step: 'settled', state: 'sent', raw: outcome.raw, tried: message.device };
      return {
        step: 'settled',
        state: step.state,
        ...(step.reason === undefined ? {} : { reason: step.reason }),
        ...answer,
        ...(outcome.stranger && { stranger: outcome.stranger }),
      };
  }
}
