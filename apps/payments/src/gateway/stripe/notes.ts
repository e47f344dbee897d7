import { formatId } from '@signalbox/contracts';
import { PAYMENT, USER } from '../../process/normalise/fields.js';
import type { OpenCall, RefundCall } from '../gateway.js';

const ORDER_NOTE = 'signalbox_order_id';
export const OPERATION_NOTE = 'signalbox_operation';
/** The latest change of a subscription; the operation that made it stays in its own note. */
export const CHANGE_NOTE = 'signalbox_change';

/** What Stripe keeps for us in an intent's metadata: by it a webhook finds the payment that it was made for. */
export function notesOfPayment({ target, orderId, userId, metadata }: OpenCall): Record<string, string> {
  return {
    ...metadata,
    [PAYMENT]: formatId('payment', target.paymentId),
    [ORDER_NOTE]: orderId,
    ...(userId !== undefined && { [USER]: userId }),
  };
}

export const notesOfRefund = ({ operation }: RefundCall): Record<string, string> => ({
  [OPERATION_NOTE]: formatId('operation', operation),
});
