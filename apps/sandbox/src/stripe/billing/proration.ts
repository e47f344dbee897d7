import type { SubscriptionItem } from '../objects/subscription.js';
import { lineOfSubscriptionItem, type Line } from './new-invoice.js';

/** What a change in the middle of a period costs, by the second: the rest of what was there back, of what is there owed. */
export function prorationLines(
  before: readonly SubscriptionItem[],
  after: readonly SubscriptionItem[],
  now: number,
): Line[] {
  return [
    ...before.map((item) => line(item, now, -1, 'Unused time')),
    ...after.map((item) => line(item, now, 1, 'Remaining time')),
  ].filter(({ amount }) => amount !== 0);
}

function line(item: SubscriptionItem, now: number, sign: -1 | 1, words: string): Line {
  const { current_period_start: start, current_period_end: end } = item;
  const share = end > start ? Math.max(0, (end - now) / (end - start)) : 0;
  const amount = sign * Math.round(item.price.unit_amount * item.quantity * share);
  const plain = lineOfSubscriptionItem(item, amount, true);
  return { ...plain, description: `${words} on ${plain.description ?? ''}`, period: { start: now, end } };
}
