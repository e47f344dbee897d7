import type { Uuid } from '@signalbox/contracts';
import type { GatewayName, OperationKind, PaymentState, PaymentTarget, RefundState } from '../gateway/gateway.js';
import type { Declined, Done, Refused } from '../gateway/outcome.js';

/** What an operation asks of the gateway, beside what the payment says of itself: kept, so that it can be asked again. */
export interface OperationRequest {
  readonly amount?: number | undefined;
  readonly reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer' | 'abandoned' | undefined;
}

/**
 * - `running`: the call is under way, or its process died;
 * - `unknown`: the gateway did not say; the janitor asks;
 * - `not_done`: it did not happen; the others as the outcome of the call.
 */
export type OperationState = 'running' | 'unknown' | 'done' | 'declined' | 'refused' | 'not_done';

/** What is known of an operation that ended. */
export type OperationOutcome = Done<PaymentState | RefundState> | Declined | Refused;

export interface Operation {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly orderId: string;
  readonly paymentId: Uuid;
  readonly gateway: GatewayName;
  readonly kind: OperationKind;
  readonly key: string;
  readonly request: OperationRequest;
  readonly state: OperationState;
  readonly outcome: OperationOutcome | null;
}

/** A payment of ours, as its operations need it. */
export interface OrderedPayment {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly gateway: GatewayName;
  readonly account: string;
  readonly gatewayRef: string | null;
  readonly orderId: string | null;
  readonly userId: string | null;
  readonly livemode: boolean;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly capture: 'automatic' | 'manual' | null;
}

/** What the gateway has to know of a payment. */
export function targetOf(payment: OrderedPayment): PaymentTarget {
  return {
    appId: payment.appId,
    paymentId: payment.id,
    account: payment.account,
    ref: payment.gatewayRef ?? undefined,
    amount: payment.amount ?? 0,
    currency: payment.currency ?? '',
    capture: payment.capture ?? 'automatic',
  };
}
