import type Stripe from 'stripe';
import type { PaymentState, RefundState } from '../gateway.js';

/** How a payment intent stands, from Stripe's answer to a call of ours, which comes in the version of the API that the SDK is for. */
export function stateOfIntent(intent: Stripe.PaymentIntent): PaymentState {
  return {
    ref: intent.id,
    status: intent.status as PaymentState['status'],
    amountReceived: intent.amount_received,
    amountCapturable: intent.amount_capturable,
    ...(intent.next_action !== null && { nextAction: intent.next_action.type }),
  };
}

export function stateOfRefund(refund: Stripe.Refund): RefundState {
  return { ref: refund.id, status: (refund.status ?? 'pending') as RefundState['status'], amount: refund.amount };
}
