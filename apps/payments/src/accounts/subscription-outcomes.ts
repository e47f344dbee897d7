import type { SubscriptionLook, SubscriptionOrder } from '../gateway/subscription-gateway.js';
import type { Outcomes, Taken } from '../outcomes/outcomes.js';
import type { AccountGateways } from './account-gateways.js';
import { callOf, type SubscriptionOperation } from './subscription-operation.js';
import type { SubscriptionPerformer } from './subscription-performer.js';
import { PURGE, UNSETTLED } from './subscription.queries.js';

/** What was asked is there for as long as its outcome may be asked for: subscription_operation_request_check. */
type TakenChange = SubscriptionOperation & Taken & { readonly request: SubscriptionOrder };

/** What the janitor does about changes of subscriptions. */
export function subscriptionOutcomes(
  performer: SubscriptionPerformer,
  gateways: AccountGateways,
): Outcomes<TakenChange, SubscriptionLook> {
  return {
    name: 'subscription',
    what: 'changes of subscriptions',
    queries: UNSETTLED,
    purge: PURGE,
    ask: async (operation) => {
      const { gateway, request, ageMs } = operation;
      return gateways.billingAt(gateway).settle(callOf(operation, request), ageMs);
    },
    keep: (operation, outcome) => performer.end(operation, outcome, 'janitor'),
  };
}
