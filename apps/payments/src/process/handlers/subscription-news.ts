import { canonical } from '../states/canonical.js';
import { entitlementOf } from '../states/subscription.js';
import { isoTime, want, type Change, type Wanted } from './handler.js';

/** What a subscription gives has changed. It goes to and fro, so the state that was told before is what guards it. */
export function subscriptionNews({ objectId, before, after }: Change<'subscription'>): Wanted[] {
  const entitlement = entitlementOf(after.now);
  if (before !== undefined && canonical(entitlementOf(before.now)) === canonical(entitlement)) return [];
  const { status, entitled, entitledUntil, prices } = entitlement;
  const until = entitledUntil === undefined ? {} : { entitledUntil: isoTime(entitledUntil) };
  const data = { subscriptionId: objectId, status, entitled, ...until, prices: [...prices] };
  return [want('changed', 'subscription.changed', data, { repeats: true })];
}
