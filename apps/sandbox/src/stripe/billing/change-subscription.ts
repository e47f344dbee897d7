import { paymentMethodNamed } from '../customers/payment-methods.js';
import { planOf } from '../catalog/prices.js';
import type { Subscription, SubscriptionItem } from '../objects/subscription.js';
import type { Params } from '../wire/params.js';
import { invalid, missing, noSuch, unexpectedState } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { prorationLines } from './proration.js';
import { bill, renew } from './renewal.js';
import { end, isOver, setStatus } from './subscription-status.js';
import { missingMethodBehaviour, newItem, payingMethod, saveDefaultIn } from './subscriptions.js';

/**
 * `POST /v1/subscriptions/{id}`. What a change costs in the middle of a period is charged at once where
 * `proration_behavior` is `always_invoice`, and otherwise not at all. @throws Refused
 */
export function updateSubscription(account: Account, subscription: Subscription, params: Params, origin: string): void {
  if (isOver(subscription))
    throw invalid(
      'A canceled subscription can only update its cancellation_details and metadata.',
      undefined,
      'resource_missing',
    );
  const named = params.text('default_payment_method');
  const method = named === undefined ? undefined : paymentMethodNamed(account, named, 'default_payment_method');
  const [before, cancelAt] = [structuredClone(subscription.items.data), params.integer('cancel_at')];
  const details = params.child('cancellation_details');
  const items = changedItems(account, subscription, params.children('items'));
  account.change(subscription, 'customer.subscription.updated', () => {
    subscription.metadata = params.metadata(subscription.metadata);
    if (params.has('default_payment_method')) subscription.default_payment_method = method?.id ?? null;
    if (params.has('description')) subscription['description'] = params.text('description') ?? null;
    if (params.has('pause_collection')) subscription.pause_collection = pauseIn(params);
    const missingMethod = missingMethodBehaviour(params);
    if (missingMethod) subscription.trial_settings = { end_behavior: { missing_payment_method: missingMethod } };
    setCancellation(account, subscription, params.flag('cancel_at_period_end'));
    if (params.has('cancel_at')) {
      subscription.cancel_at = cancelAt ?? null;
      subscription.canceled_at = cancelAt === undefined ? null : account.now();
    }
    if (details) noteDetails(subscription, details);
    const saves = saveDefaultIn(params);
    if (saves) subscription.payment_settings = { ...subscription.payment_settings, save_default_payment_method: saves };
    subscription.items = { ...subscription.items, data: items };
  });
  if (params.text('proration_behavior') === 'always_invoice' && subscription.status !== 'trialing')
    chargeChange(account, subscription, before, origin);
  if (params.text('trial_end') === 'now' && subscription.status === 'trialing') endTrial(account, subscription, origin);
}

/** `DELETE /v1/subscriptions/{id}`. @throws Refused when it is over already. */
export function cancelSubscription(account: Account, subscription: Subscription, params: Params): void {
  if (isOver(subscription)) throw noSuch('subscription', subscription.id, 'id', 404);
  const details = params.child('cancellation_details');
  if (details) noteDetails(subscription, details);
  end(account, subscription, 'cancellation_requested');
}

/** `POST /v1/subscriptions/{id}/resume`. @throws Refused when it is not paused. */
export function resumeSubscription(account: Account, subscription: Subscription): void {
  if (subscription.status !== 'paused')
    throw unexpectedState(
      'subscription_unexpected_state',
      `Only a paused subscription can be resumed: it is ${subscription.status}.`,
    );
  const before = structuredClone(subscription);
  subscription.status = 'active';
  account.emit('customer.subscription.resumed', subscription, before);
}

/** What a trial's end does depends on whether somebody can be charged. */
export function endTrial(account: Account, subscription: Subscription, origin: string): void {
  const method = payingMethod(account, subscription);
  const missing = subscription.trial_settings.end_behavior.missing_payment_method;
  const now = account.now();
  subscription.trial_end = now;
  for (const item of subscription.items.data) item.current_period_end = now;
  if (method || missing === 'create_invoice') return renew(account, subscription, { method, automatic: true, origin });
  if (missing === 'cancel') return end(account, subscription, 'payment_failed');
  setStatus(account, subscription, 'paused');
  account.emit('customer.subscription.paused', subscription);
}

function setCancellation(account: Account, subscription: Subscription, atPeriodEnd: boolean | undefined): void {
  if (atPeriodEnd === undefined || atPeriodEnd === subscription.cancel_at_period_end) return;
  subscription.cancel_at_period_end = atPeriodEnd;
  subscription.canceled_at = atPeriodEnd ? account.now() : null;
  subscription.cancel_at = atPeriodEnd ? (subscription.items.data[0]?.current_period_end ?? null) : null;
  const reason = atPeriodEnd ? 'cancellation_requested' : null;
  subscription.cancellation_details = { ...subscription.cancellation_details, reason };
}

/** An element with an `id` changes or removes that item; one without adds another. @throws Refused */
function changedItems(account: Account, subscription: Subscription, wanted: readonly Params[]): SubscriptionItem[] {
  let items = structuredClone(subscription.items.data) as SubscriptionItem[];
  const [first] = items;
  for (const params of wanted) {
    const id = params.text('id');
    const item = items.find((each) => each.id === id);
    if (id !== undefined && !item) throw noSuch('subscription_item', id, params.named('id'));
    if (!item) {
      const start = account.now();
      items.push(newItem(account, params, subscription.id, start, first?.current_period_end ?? null));
    } else if (params.flag('deleted') === true) items = items.filter((each) => each !== item);
    else changeItem(account, item, params);
  }
  if (items.length === 0) throw invalid('A subscription must have at least one active item.', 'items');
  return items;
}

function changeItem(account: Account, item: SubscriptionItem, params: Params): void {
  const price = params.text('price');
  if (price !== undefined) {
    item.price = structuredClone(account.objects.require('price', price, params.named('price')));
    item.plan = planOf(item.price);
  }
  item.quantity = params.integer('quantity') ?? item.quantity;
}

/** A change to something cheaper gives nothing back: the sandbox keeps no credit balances. */
function chargeChange(
  account: Account,
  subscription: Subscription,
  before: readonly SubscriptionItem[],
  origin: string,
): void {
  const lines = prorationLines(before, subscription.items.data, account.now());
  if (lines.reduce((sum, { amount }) => sum + amount, 0) <= 0) return;
  const method = payingMethod(account, subscription);
  bill(account, subscription, { reason: 'subscription_update', lines, method, automatic: true, origin });
}

function noteDetails(subscription: Subscription, details: Params): void {
  const { reason, ...said } = subscription.cancellation_details;
  subscription.cancellation_details = {
    comment: details.text('comment') ?? said.comment,
    feedback: details.text('feedback') ?? said.feedback,
    reason,
  };
}

function pauseIn(params: Params): Subscription['pause_collection'] {
  const pause = params.child('pause_collection');
  if (!pause) return null;
  const behavior = pause.choice('behavior', ['keep_as_draft', 'mark_uncollectible', 'void']);
  if (!behavior) throw missing('pause_collection[behavior]');
  return { behavior, resumes_at: pause.integer('resumes_at') ?? null };
}
