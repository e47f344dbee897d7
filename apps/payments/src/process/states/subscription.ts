import type { Subscription } from '../normalise/subscription.js';
import { presentOf, type Seen } from '../seen.js';
import type { State } from './state.js';

export type SubscriptionState = State<Subscription>;

/** Pauses, resumes and changes of plan go to and fro: only the present subscription counts. One that is gone is canceled. */
export function joinSubscription(
  known: SubscriptionState | undefined,
  seen: Seen<Subscription>,
): SubscriptionState | undefined {
  const now = presentOf(seen) ?? known?.now;
  if (now === undefined) return undefined;
  return { now: seen.present === 'gone' ? { ...now, status: 'canceled' } : now };
}

/** What a subscription gives its user, computed from how it stands now. */
export interface Entitlement {
  readonly status: string;
  readonly entitled: boolean;
  readonly entitledUntil?: number | undefined;
  readonly prices: readonly string[];
}

/**
 * Past due counts as entitled: Stripe still tries to collect, the user is told of each attempt, and most pay at one of them.
 * When Stripe gives up, the subscription is unpaid or canceled, as the app chose at Stripe, and that ends it.
 */
const ENTITLED: ReadonlySet<Subscription['status']> = new Set(['active', 'trialing', 'past_due']);

export function entitlementOf({ status, periodEnd, cancelAt, prices }: Subscription): Entitlement {
  const entitled = ENTITLED.has(status);
  const ends = [periodEnd, cancelAt].filter((end) => end !== undefined);
  return {
    status,
    entitled,
    ...(entitled && ends.length > 0 && { entitledUntil: Math.min(...ends) }),
    prices: [...new Set(prices)].sort(),
  };
}
