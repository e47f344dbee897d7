import type { Transaction } from '../objects/transaction.js';
import type { Fields } from '../wire/fields.js';
import { invalid } from '../wire/refused.js';
import type { Merchant } from '../world/merchant.js';
import { amountIn, requiredAmount } from './amounts.js';
import { addTransaction, become } from './new-transaction.js';
import { orderIdIn } from './sale.js';

/** Takes what was authorized, or a part of it and never more. @throws Invalid */
export function submit(merchant: Merchant, transaction: Transaction, fields: Fields): void {
  if (transaction.status !== 'authorized' || transaction.partialSettlementIds.length > 0)
    throw invalid('transaction', 'base', '91507', 'Cannot submit for settlement unless status is authorized.');
  const amount = amountIn(fields, transaction.currency);
  if (amount !== undefined && amount > transaction.authorizedAmount) throw tooLarge();
  transaction.amount = amount ?? transaction.amount;
  become(merchant, transaction, 'submitted_for_settlement');
}

/** Takes a part of it as a transaction of its own; further parts may follow. @throws Invalid */
export function submitPart(merchant: Merchant, parent: Transaction, fields: Fields): Transaction {
  if (parent.status !== 'authorized')
    throw invalid('transaction', 'base', '915103', 'Cannot submit for partial settlement.');
  const amount = requiredAmount(fields, parent.currency);
  const taken = parent.partialSettlementIds
    .map((id) => merchant.transactions.get(id))
    .reduce((sum, part) => sum + (part === undefined || part.status === 'voided' ? 0 : part.amount), 0);
  if (amount + taken > parent.authorizedAmount) throw tooLarge();
  const { currency, merchantAccountId, instrument, token, customerId, customer, customFields, response } = parent;
  const part = addTransaction(merchant, {
    ...{ type: 'sale', amount, currency, merchantAccountId, instrument, token, customerId, customer, customFields },
    orderId: orderIdIn(fields) ?? parent.orderId,
    authorizedTransactionId: parent.id,
    response,
    statuses: ['submitted_for_settlement'],
  });
  parent.partialSettlementIds.push(part.id);
  return part;
}

function tooLarge() {
  return invalid('transaction', 'amount', '91522', 'Settlement amount is too large.');
}
