import { paymentMethodNamed } from '../customers/payment-methods.js';
import { planOf } from '../catalog/prices.js';
import type { Subscription } from '../objects/subscription.js';
import type { Params } from '../wire/params.js';
import { invalid, unexpectedState } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { renew } from './renewal.js';
import { end, isOver, setStatus } from './subscription-status.js';
import { defaultMethodOf, missingMethodBehaviour } from './subscriptions.js';

/** `POST /v1/subscriptions/{id}`. Prorations are not computed. @throws Refused */
export function updateSubscription(account: Account, subscription: Subscription, params: Params, origin: string): void {
  if (isOver(subscription))
    throw invalid(
      'A canceled subscription can only update its cancellation_details and metadata.',
      undefined,
      'resource_missing',
    );
  const named = params.text('default_payment_method');
  const method = named === undefined ? undefined : paymentMethodNamed(account, named, 'default_payment_method');
  account.change(subscription, 'customer.subscription.updated', () => {
    subscription.metadata = params.metadata(subscription.metadata);
    if (params.has('default_payment_method')) subscription.default_payment_method = method?.id ?? null;
    if (params.has('description')) subscription['description'] = params.text('description') ?? null;
    if (params.has('pause_collection')) subscription.pause_collection = pauseIn(params);
    const missingMethod = missingMethodBehaviour(params);
    if (missingMethod) subscription.trial_settings = { end_behavior: { missing_payment_method: missingMethod } };
    setCancellation(account, subscription, params.flag('cancel_at_period_end'));
    for (const item of params.children('items')) changeItem(account, subscription, item);
  });
  if (params.text('trial_end') === 'now' && subscription.status === 'trialing') endTrial(account, subscription, origin);
}

/** `DELETE /v1/subscriptions/{id}`. @throws Refused when it is over already. */
export function cancelSubscription(account: Account, subscription: Subscription): void {
  if (isOver(subscription)) throw invalid(`No such subscription: '${subscription.id}'`, 'id', 'resource_missing');
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
  const method =
    account.objects.find('payment_method', subscription.default_payment_method ?? '') ??
    defaultMethodOf(account, subscription.customer);
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

function changeItem(account: Account, subscription: Subscription, params: Params): void {
  const id = params.text('id');
  const item = subscription.items.data.find((each) => id === undefined || each.id === id);
  if (!item) throw invalid(`No such subscription_item: '${id}'`, 'items[0][id]', 'resource_missing');
  const price = params.text('price');
  if (price !== undefined) {
    item.price = structuredClone(account.objects.require('price', price, 'items[0][price]'));
    item.plan = planOf(item.price);
  }
  item.quantity = params.integer('quantity') ?? item.quantity;
}

function pauseIn(params: Params): object | null {
  const pause = params.child('pause_collection');
  return pause ? { behavior: pause.text('behavior') ?? 'void', resumes_at: pause.integer('resumes_at') ?? null } : null;
}
