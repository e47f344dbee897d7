import { formatId, type SubscriptionAnswer, type SubscriptionView } from '@signalbox/contracts';
import type { Subscription } from '../process/normalise/subscription.js';
import { entitlementOf } from '../process/states/subscription.js';
import { orderProblems } from '../orders/order-problems.js';
import { accountProblems } from './account-problems.js';
import type { SubscriptionOperation } from './subscription-operation.js';

/** A subscription as the process stage keeps it, or as the gateway's answer to a call showed it. */
export interface SubscriptionRow {
  readonly ref: string;
  readonly livemode: boolean;
  readonly now: Subscription;
  readonly userId: string | null;
  readonly asOf: Date;
}

export function viewSubscription({ ref, livemode, now, userId, asOf }: SubscriptionRow): SubscriptionView {
  const { status, entitled, entitledUntil, prices } = entitlementOf(now);
  const isOver = status === 'canceled' || status === 'incomplete_expired';
  return {
    id: ref,
    userId,
    gateway: 'stripe',
    livemode,
    status: now.status,
    entitled,
    entitledUntil: isoTime(entitledUntil),
    prices: [...prices],
    trialEndsAt: status === 'trialing' ? isoTime(now.trialEnd) : null,
    cancelsAt: isOver ? null : isoTime(now.cancelAt ?? (now.cancelAtPeriodEnd ? now.periodEnd : undefined)),
    asOf: asOf.toISOString(),
  };
}

/** What a caller is answered about an operation. @throws Problem unless it was done. */
export function answerOf(operation: SubscriptionOperation): SubscriptionAnswer {
  const { id, kind, state, outcome, endedAt } = operation;
  if (state === 'running') throw orderProblems.underWay();
  if (state === 'unknown') throw accountProblems.subscriptionFenced(kind);
  switch (outcome?.kind) {
    case undefined:
      throw orderProblems.notDone({ reason: 'it did not happen', retryAfterMs: 0 });
    case 'declined':
      throw orderProblems.declined(outcome);
    case 'refused':
      throw orderProblems.refused(outcome);
    case 'done': {
      const { now, ...rest } = outcome.value;
      const row = { ...rest, now, userId: now.userId ?? null, asOf: endedAt ?? new Date() };
      return { operationId: formatId('operation', id), subscription: viewSubscription(row) };
    }
  }
}

const isoTime = (seconds: number | undefined): string | null =>
  seconds === undefined ? null : new Date(seconds * 1_000).toISOString();
