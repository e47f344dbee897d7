import type { Transaction, TransactionStatus } from '../objects/transaction.js';
import { invalid } from '../wire/refused.js';
import type { Merchant } from '../world/merchant.js';
import { become } from './new-transaction.js';

const VOIDABLE: readonly TransactionStatus[] = ['authorized', 'settlement_pending', 'submitted_for_settlement'];

/** Nothing is taken, or a refund is called off. @throws Invalid */
export function voidTransaction(merchant: Merchant, transaction: Transaction): void {
  if (!VOIDABLE.includes(transaction.status))
    throw invalid(
      'transaction',
      'base',
      '91504',
      'Transaction can only be voided if status is authorized, submitted_for_settlement, or - for PayPal - settlement_pending.',
    );
  become(merchant, transaction, 'voided');
}
