import type { PaymentTarget, RefundCall, RefundState } from '../gateway.js';
import { done, type GatewayOutcome, type Refused } from '../outcome.js';
import { toDecimal } from './amount.js';
import type { BraintreeCalls } from './braintree-calls.js';
import { readAnswer } from './read-answer.js';
import { isTooLate, TOO_LATE } from './too-late.js';
import { stateOfRefund, stateOfVoidedSale } from './transaction-state.js';
import { orderIdOf, type Transactions } from './transactions.js';

/** Braintree's words: only what settles or has settled can be given back; only what has not can be voided. */
const NOT_SETTLED = '91506';

/**
 * Gives money back. What has not begun to settle cannot be refunded at Braintree: all of it is then voided, which to the customer
 * is the same and faster; a part has to wait, and is refused with that remedy.
 */
export async function refundOrVoid(
  call: RefundCall,
  calls: BraintreeCalls,
  transactions: Transactions,
): Promise<GatewayOutcome<RefundState>> {
  const { ref, appId, currency } = call.target;
  if (ref === undefined) return refused('not_charged', 'There is nothing to give back: the payment was not charged.');
  if (isTooLate(call)) return TOO_LATE;
  const amount = call.amount === undefined ? undefined : toDecimal(call.amount, currency);
  if (call.amount !== undefined && amount === undefined)
    return refused('amount_not_taken', `There is no such amount in ${currency}, or no such currency.`);
  const options = { orderId: orderIdOf(call.operation), ...(amount !== undefined && { amount }) };
  const outcome = await calls.write<RefundState>({
    appId,
    operation: 'settle',
    name: 'refund',
    make: async ({ sdk }) => {
      const answer = readAnswer(await sdk.transaction.refund(ref, options));
      return 'kind' in answer ? answer : done(stateOfRefund(answer));
    },
  });
  if (outcome.kind !== 'refused' || outcome.code !== NOT_SETTLED) return outcome;
  return (await isAllOf(call, transactions)) ? voidAll({ ...call.target, ref }, calls) : refused('not_settled', WAIT);
}

const WAIT =
  'Braintree gives a part of a payment back only once the payment settles, most often the next day: try again then, or give all of it back now.';

/** Whether the sale would have nothing left. A sale that cannot be looked at now is not voided on a guess. */
async function isAllOf({ target, amount }: RefundCall, transactions: Transactions): Promise<boolean> {
  if (amount === undefined) return true;
  const sale = await transactions.of(target);
  return sale.kind === 'found' && sale.value.amount === amount;
}

/** The refund was refused before, so that nothing has happened yet under this operation. */
function voidAll(
  { appId, ref }: PaymentTarget & { readonly ref: string },
  calls: BraintreeCalls,
): Promise<GatewayOutcome<RefundState>> {
  return calls.write<RefundState>({
    appId,
    operation: 'settle',
    name: 'void',
    make: async ({ sdk }) => {
      const answer = readAnswer(await sdk.transaction.void(ref));
      return 'kind' in answer ? answer : done(stateOfVoidedSale(answer));
    },
  });
}

const refused = (code: string, detail: string): Refused => ({ kind: 'refused', code, detail });
