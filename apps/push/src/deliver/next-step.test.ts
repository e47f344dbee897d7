import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AttemptOutcome } from '../providers/push-provider.js';
import { nextStep, type AttemptContext } from './next-step.js';

const now = new Date('2026-11-22T12:00:00Z');
const context = (changes: Partial<AttemptContext> = {}): AttemptContext => ({
  attempt: 1,
  lane: 'transactional',
  expiresAt: new Date(now.getTime() + 3_600_000),
  now,
  atMostOnce: false,
  ...changes,
});
const retry = (afterMs: number): AttemptOutcome => ({ kind: 'retry', reason: 'TooManyRequests', afterMs, raw: {} });

describe('what follows an attempt', () => {
  it('never tries earlier than the provider asked, nor after the message expired', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 7_200_000 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('transactional' as const, 'bulk' as const),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (afterMs, attempt, lane, chance) => {
          const step = nextStep(retry(afterMs), context({ attempt, lane }), () => chance);
          if (step.step !== 'retry') return;
          expect(step.dueAt.getTime()).toBeGreaterThanOrEqual(now.getTime() + afterMs);
          expect(step.dueAt < context().expiresAt).toBe(true);
        },
      ),
    );
  });

  it('ends as expired when the next try would come too late', () => {
    expect(nextStep(retry(2 * 3_600_000), context())).toEqual({
      step: 'settle',
      state: 'expired',
      reason: 'expired_before_retry: TooManyRequests',
    });
  });

  it('ends as a dead letter after the tenth attempt', () => {
    expect(nextStep(retry(1_000), context({ attempt: 9 })).step).toBe('retry');
    expect(nextStep(retry(1_000), context({ attempt: 10 }))).toEqual({
      step: 'settle',
      state: 'dead',
      reason: 'TooManyRequests',
    });
  });

  it('ends as a dead letter sooner where the provider has nothing more to say', () => {
    const outcome: AttemptOutcome = { kind: 'retry', reason: 'UNSPECIFIED_ERROR', afterMs: 1, atMost: 3, raw: {} };
    expect(nextStep(outcome, context({ attempt: 2 })).step).toBe('retry');
    expect(nextStep(outcome, context({ attempt: 3 }))).toMatchObject({ step: 'settle', state: 'dead' });
  });

  it('tries again what may have arrived, unless its category is sent at most once', () => {
    const outcome: AttemptOutcome = { kind: 'ambiguous', reason: 'TIMEOUT', afterMs: 1, raw: {} };
    expect(nextStep(outcome, context()).step).toBe('retry');
    expect(nextStep(outcome, context({ atMostOnce: true }))).toEqual({
      step: 'settle',
      state: 'dead',
      reason: 'may_have_arrived: TIMEOUT',
    });
  });

  it('tries again what was surely not sent, also where the category is sent at most once', () => {
    expect(nextStep(retry(1_000), context({ atMostOnce: true })).step).toBe('retry');
  });

  it('counts no attempt when nothing left the process', () => {
    const outcome: AttemptOutcome = { kind: 'retry', reason: 'connect', afterMs: 500, uncounted: true, raw: {} };
    expect(nextStep(outcome, context({ attempt: 10 }), () => 0)).toEqual({
      step: 'postpone',
      forMs: 500,
      reason: 'connect',
    });
  });

  it('holds the credential, and settles nothing, when the credential is at fault', () => {
    const outcome: AttemptOutcome = {
      kind: 'hold-credential',
      reason: 'InvalidProviderToken',
      untilMs: 60_000,
      raw: {},
    };
    expect(nextStep(outcome, context())).toEqual({
      step: 'hold',
      scope: 'credential',
      forMs: 60_000,
      reason: 'InvalidProviderToken',
    });
  });

  it.each(['gone', 'suspect', 'rejected'] as const)('settles %s with its reason', (kind) => {
    const outcome = { kind, reason: 'because', raw: {}, goneAt: now } as AttemptOutcome;
    expect(nextStep(outcome, context())).toEqual({ step: 'settle', state: kind, reason: 'because' });
  });
});
