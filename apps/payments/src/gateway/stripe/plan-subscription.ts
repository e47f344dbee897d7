import type Stripe from 'stripe';
import type { Refused } from '../outcome.js';
import type { ItemChange, PricedItem, SubscriptionOrder, SubscriptionWish } from '../subscription-gateway.js';

export type Planned = { readonly kind: 'planned'; readonly order: SubscriptionOrder };

/** What to call for a wish, as the subscription stands. */
export function planSubscription(subscription: Stripe.Subscription, wish: SubscriptionWish): Planned | Refused {
  const { id: ref, status, items } = subscription;
  if (status === 'canceled' || status === 'incomplete_expired') {
    return refused('subscription_over', `The subscription is ${status}: a new one takes its place.`);
  }
  switch (wish.kind) {
    case 'change': {
      const present = items.data.map(({ id, price }) => ({ id, price: price.id }));
      const { prices, method, proration } = wish;
      const changes = prices === undefined ? [] : planItems(present, prices);
      return planned({ kind: 'change', ref, items: changes, method, proration });
    }
    case 'cancel':
      return planned({ kind: 'cancel', ref, at: wish.at });
    case 'resume': {
      if (status === 'paused') return planned({ kind: 'resume', ref, from: 'paused' });
      if (subscription.cancel_at_period_end) return planned({ kind: 'resume', ref, from: 'period_end' });
      if (subscription.cancel_at !== null) return planned({ kind: 'resume', ref, from: 'date' });
      return refused('nothing_to_resume', 'The subscription is neither paused nor about to end.');
    }
  }
}

/** A price that comes takes the place of one that goes, so that it is prorated against it. */
export function planItems(
  present: readonly { readonly id: string; readonly price: string }[],
  wanted: readonly PricedItem[],
): ItemChange[] {
  const leaving = present.filter(({ price }) => !wanted.some((item) => item.price === price));
  const changes = wanted.map(({ price, quantity }): ItemChange => {
    const same = present.find((item) => item.price === price);
    if (same !== undefined) return { id: same.id, quantity };
    const replaced = leaving.shift();
    return { ...(replaced !== undefined && { id: replaced.id }), price, quantity };
  });
  return [...changes, ...leaving.map(({ id }): ItemChange => ({ id, deleted: true }))];
}

const planned = (order: SubscriptionOrder): Planned => ({ kind: 'planned', order });
const refused = (code: string, detail: string): Refused => ({ kind: 'refused', code, detail });
