import type { Result } from '../api/route.js';
import type { Transaction, TransactionStatus } from '../objects/transaction.js';
import { transactionXml } from '../objects/transaction-xml.js';
import { Unsuccessful } from '../wire/refused.js';

const UNSUCCESSFUL: readonly TransactionStatus[] = ['failed', 'gateway_rejected', 'processor_declined'];

/** The transaction as an answer. @throws Unsuccessful when no money will come of it */
export function shownOrThrown(transaction: Transaction, status: 200 | 201): Result {
  if (UNSUCCESSFUL.includes(transaction.status)) throw new Unsuccessful(messageOf(transaction), { transaction });
  return { kind: 'xml', status, name: 'transaction', value: transactionXml(transaction), transaction };
}

function messageOf({ rejection, response }: Transaction): string {
  return rejection === null ? (response?.text ?? 'Declined') : `Gateway Rejected: ${rejection}`;
}
