import type { PaymentState, RefundState } from '../gateway.js';
import type { Transaction, TransactionStatus } from './transaction.js';

/**
 * A sale's status in the port's words. Money counts as received from `submitted_for_settlement` on: that is the capture, nobody is
 * asked any more, and Braintree sends no word when a card's sale settles. `settlement_declined` takes it back, and ends the payment:
 * its transaction is over, the order may be paid by another. A sale that was declined at once leaves the payment as it was before.
 */
const OF_SALE = {
  authorizing: 'processing',
  authorized: 'requires_capture',
  submitted_for_settlement: 'succeeded',
  settling: 'succeeded',
  settlement_pending: 'succeeded',
  settlement_confirmed: 'succeeded',
  settled: 'succeeded',
  voided: 'canceled',
  authorization_expired: 'canceled',
  settlement_declined: 'canceled',
  processor_declined: 'requires_payment_method',
  gateway_rejected: 'requires_payment_method',
  failed: 'requires_payment_method',
} as const satisfies Record<TransactionStatus, PaymentState['status']>;

/** Whether a sale of this status counts as received. */
export function countsAsReceived(status: string): boolean {
  return (OF_SALE as Readonly<Record<string, PaymentState['status']>>)[status] === 'succeeded';
}

/** A refund's status: as a sale counts as received once it is submitted, so does a refund as given back. It may fail later. */
const OF_REFUND = {
  authorizing: 'pending',
  authorized: 'pending',
  submitted_for_settlement: 'succeeded',
  settling: 'succeeded',
  settlement_pending: 'succeeded',
  settlement_confirmed: 'succeeded',
  settled: 'succeeded',
  voided: 'canceled',
  authorization_expired: 'failed',
  settlement_declined: 'failed',
  processor_declined: 'failed',
  gateway_rejected: 'failed',
  failed: 'failed',
} as const satisfies Record<TransactionStatus, RefundState['status']>;

/** Before Braintree was ever asked for the money, and after it said no. */
export const NOTHING_YET: PaymentState = { status: 'requires_payment_method', amountReceived: 0, amountCapturable: 0 };

export function stateOfSale({ id, status, amount }: Transaction): PaymentState {
  const stands = OF_SALE[status];
  if (stands === 'requires_payment_method') return NOTHING_YET;
  return {
    ref: id,
    status: stands,
    amountReceived: stands === 'succeeded' ? amount : 0,
    amountCapturable: stands === 'requires_capture' ? amount : 0,
  };
}

export function stateOfRefund({ id, status, amount }: Transaction): RefundState {
  return { ref: id, status: OF_REFUND[status], amount };
}

/** A sale that was given back whole before it settled: voided, under the id of the sale itself. */
export function stateOfVoidedSale({ id, amount }: Transaction): RefundState {
  return { ref: id, status: 'succeeded', amount };
}
