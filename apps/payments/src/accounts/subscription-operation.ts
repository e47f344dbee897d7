import type { Uuid } from '@signalbox/contracts';
import type { GatewayName } from '../gateway/gateway.js';
import type { Declined, Done, GatewayOutcome, Refused } from '../gateway/outcome.js';
import type { SubscriptionCall, SubscriptionLook, SubscriptionOrder } from '../gateway/subscription-gateway.js';
import type { OperationState } from '../orders/operation.js';

export type SubscriptionOutcome = GatewayOutcome<SubscriptionLook>;

/** One call that changes a subscription, as it is kept. */
export interface SubscriptionOperation {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly gateway: GatewayName;
  readonly kind: SubscriptionOrder['kind'];
  readonly key: string;
  readonly state: OperationState;
  /** What was asked; null once it is known what came of it. */
  readonly request: SubscriptionOrder | null;
  readonly outcome: Done<SubscriptionLook> | Declined | Refused | null;
  readonly endedAt: Date | null;
}

/** What an operation is about, one thing at a time: the subscription, or the user who is to have one. */
export function aboutOf(order: SubscriptionOrder): string {
  return order.kind === 'subscribe' ? `user:${order.userId}` : order.ref;
}

export function callOf({ id, appId, key }: SubscriptionOperation, order: SubscriptionOrder): SubscriptionCall {
  return { appId, account: '', operation: id, key, order };
}
