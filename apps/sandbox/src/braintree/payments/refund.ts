import { PROCESSED } from '../objects/processor-response.js';
import type { Transaction, TransactionStatus } from '../objects/transaction.js';
import type { Fields } from '../wire/fields.js';
import { invalid } from '../wire/refused.js';
import type { Merchant } from '../world/merchant.js';
import { amountIn } from './amounts.js';
import { addTransaction } from './new-transaction.js';
import { orderIdIn } from './sale.js';

const REFUNDABLE: readonly TransactionStatus[] = ['settled', 'settling'];
const CALLED_OFF: readonly TransactionStatus[] = ['processor_declined', 'settlement_declined', 'voided'];

/** Gives back what is left of it, or a part of that. @throws Invalid */
export function refund(merchant: Merchant, sale: Transaction, fields: Fields): Transaction {
  if (sale.type === 'credit') throw wrong('base', '91505', 'Cannot refund credit.');
  if (!REFUNDABLE.includes(sale.status))
    throw wrong('base', '91506', 'Cannot refund transaction unless it is settled.');
  const left = refundable(merchant, sale);
  if (left === 0) throw wrong('base', '91512', 'Transaction has already been completely refunded.');
  const amount = amountIn(fields, sale.currency) ?? left;
  if (amount > left) throw wrong('amount', '91521', 'Refund amount is too large.');
  const { currency, merchantAccountId, instrument, token, customerId, customer } = sale;
  const made = addTransaction(merchant, {
    ...{ type: 'credit', amount, currency, merchantAccountId, instrument, token, customerId, customer },
    orderId: orderIdIn(fields) ?? sale.orderId,
    refundedTransactionId: sale.id,
    response: PROCESSED,
    statuses: ['submitted_for_settlement'],
  });
  sale.refundIds.push(made.id);
  sale.updatedAt = made.createdAt;
  return made;
}

function refundable(merchant: Merchant, sale: Transaction): number {
  const back = sale.refundIds
    .map((id) => merchant.transactions.get(id))
    .filter((made) => made !== undefined)
    .filter(({ status }) => !CALLED_OFF.includes(status));
  return sale.amount - back.reduce((sum, made) => sum + made.amount, 0);
}

function wrong(attribute: string, code: string, message: string) {
  return invalid('transaction', attribute, code, message);
}
