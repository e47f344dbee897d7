import { formatId, type Uuid } from '@signalbox/contracts';
import type Stripe from 'stripe';
import { USER } from '../../process/normalise/fields.js';
import type { OperationClass } from '../gateway.js';
import type { SubscriptionCall, SubscriptionOrder } from '../subscription-gateway.js';
import { CHANGE_NOTE, OPERATION_NOTE } from './notes.js';

/** What guards count a call with: those that may take money have time for a bank to think. */
export function classOf(order: SubscriptionOrder): OperationClass {
  if (order.kind === 'subscribe') return 'open';
  return order.kind === 'cancel' ? 'settle' : 'charge';
}

/** The one call to Stripe that an order is. */
export function callStripe(
  { order, operation }: SubscriptionCall,
  { subscriptions }: Stripe,
  options: Stripe.RequestOptions,
): Promise<Stripe.Subscription> {
  const metadata = { [CHANGE_NOTE]: noteOf(operation) };
  switch (order.kind) {
    case 'subscribe':
      return subscriptions.create(creation(order, operation), options);
    case 'change': {
      const { ref, items, method, proration: proration_behavior } = order;
      const priced = items.length > 0 && { items: items.map(itemOf), proration_behavior };
      const paid = method !== undefined && { default_payment_method: method };
      return subscriptions.update(ref, { ...priced, ...paid, metadata }, options);
    }
    case 'cancel':
      if (order.at === 'now') return subscriptions.cancel(order.ref, {}, options);
      return subscriptions.update(order.ref, { cancel_at_period_end: true, metadata }, options);
    case 'resume':
      if (order.from === 'paused') return subscriptions.resume(order.ref, {}, options);
      return order.from === 'date'
        ? subscriptions.update(order.ref, { cancel_at: '', metadata }, options)
        : subscriptions.update(order.ref, { cancel_at_period_end: false, metadata }, options);
  }
}

/** Whether a subscription shows that the call happened. */
export function shows({ order, operation }: SubscriptionCall, { status, metadata }: Stripe.Subscription): boolean {
  const note = noteOf(operation);
  if (order.kind === 'subscribe') return metadata[OPERATION_NOTE] === note;
  if (order.kind === 'cancel' && order.at === 'now') return status === 'canceled';
  if (order.kind === 'resume' && order.from === 'paused') return status !== 'paused';
  return metadata[CHANGE_NOTE] === note;
}

/** The customer confirms the first payment on the phone: nothing is charged before. */
function creation(
  { customer, items, trialDays, method, metadata, userId }: Extract<SubscriptionOrder, { readonly kind: 'subscribe' }>,
  operation: Uuid,
): Stripe.SubscriptionCreateParams {
  return {
    customer,
    items: items.map(({ price, quantity }) => ({ price, quantity })),
    payment_behavior: 'default_incomplete',
    payment_settings: { save_default_payment_method: 'on_subscription' },
    metadata: { ...metadata, [USER]: userId, [OPERATION_NOTE]: noteOf(operation) },
    ...(trialDays !== undefined && { trial_period_days: trialDays }),
    ...(method !== undefined && { default_payment_method: method }),
  };
}

function itemOf({
  id,
  price,
  quantity,
  deleted,
}: Extract<SubscriptionOrder, { readonly kind: 'change' }>['items'][number]): Stripe.SubscriptionUpdateParams.Item {
  return {
    ...(id !== undefined && { id }),
    ...(price !== undefined && { price }),
    ...(quantity !== undefined && { quantity }),
    ...(deleted !== undefined && { deleted }),
  };
}

const noteOf = (operation: Uuid): string => formatId('operation', operation);
