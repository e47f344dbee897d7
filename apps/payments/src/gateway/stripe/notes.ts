import { formatId } from '@signalbox/contracts';
import type { OpenCall, RefundCall } from '../gateway.js';

/** What Stripe keeps for us in an object's metadata: by the first a webhook finds the payment that we made it for. */
export const PAYMENT_NOTE = 'signalbox_payment_id';
export const USER_NOTE = 'signalbox_user_id';
const ORDER_NOTE = 'signalbox_order_id';
export const OPERATION_NOTE = 'signalbox_operation';

export function notesOfPayment({ target, orderId, userId, metadata }: OpenCall): Record<string, string> {
  return {
    ...metadata,
    [PAYMENT_NOTE]: formatId('payment', target.paymentId),
    [ORDER_NOTE]: orderId,
    ...(userId !== undefined && { [USER_NOTE]: userId }),
  };
}

export const notesOfRefund = ({ operation }: RefundCall): Record<string, string> => ({
  [OPERATION_NOTE]: formatId('operation', operation),
});
