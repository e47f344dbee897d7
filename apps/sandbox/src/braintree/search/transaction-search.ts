import type { Transaction } from '../objects/transaction.js';
import type { Fields } from '../wire/fields.js';
import { writeAmount } from '../wire/money.js';
import type { Merchant } from '../world/merchant.js';
import { matchesAll } from './criteria.js';

/** Newest first; what was made after `findableUntil` is not in the index yet. @throws Refused */
export function searchTransactions(merchant: Merchant, search: Fields, findableUntil: number): Transaction[] {
  const indexed = [...merchant.transactions.values()].filter(({ madeAt }) => madeAt <= findableUntil);
  return indexed.filter((transaction) => matchesAll(search, (name) => valueOf(transaction, name))).reverse();
}

const REACHED = {
  authorized_at: 'authorized',
  failed_at: 'failed',
  gateway_rejected_at: 'gateway_rejected',
  processor_declined_at: 'processor_declined',
  settled_at: 'settled',
  submitted_for_settlement_at: 'submitted_for_settlement',
  voided_at: 'voided',
} as const;

function valueOf(transaction: Transaction, name: string): string | undefined {
  const { amount, currency, customerId, orderId, token, refundedTransactionId } = transaction;
  switch (name) {
    case 'id':
    case 'ids':
      return transaction.id;
    case 'status':
    case 'type':
      return transaction[name];
    case 'order_id':
      return orderId ?? '';
    case 'customer_id':
      return customerId ?? '';
    case 'payment_method_token':
      return token ?? '';
    case 'merchant_account_id':
      return transaction.merchantAccountId;
    case 'payment_instrument_type':
      return transaction.instrument.type;
    case 'currency':
      return currency;
    case 'amount':
      return writeAmount(amount, currency);
    case 'refund':
      return String(refundedTransactionId !== null);
    case 'created_at':
      return transaction.createdAt.toISOString();
    case 'disbursement_date':
      return transaction.disbursal?.at.toISOString() ?? '';
    default:
      return reachedAt(transaction, name);
  }
}

/** When it came to a status; empty when it never did, which is within no time. */
function reachedAt({ history }: Transaction, name: string): string | undefined {
  if (!Object.hasOwn(REACHED, name)) return undefined;
  const status = REACHED[name as keyof typeof REACHED];
  return history.find((event) => event.status === status)?.at.toISOString() ?? '';
}
