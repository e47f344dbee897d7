import type { Uuid } from '@signalbox/contracts';
import type { ReadOutcome } from '../../outcome.js';
import { wasDeclined } from '../read-answer.js';
import type { Dispute, Transaction } from '../transaction.js';
import type { Transactions } from '../transactions.js';
import type { Sighting } from './sighting.js';

/** What a look at Braintree came to; `nothing`: there is no sale to see, `detail` says what there is. */
export type Look =
  | { readonly kind: 'seen'; readonly sighting: Sighting }
  | { readonly kind: 'nothing'; readonly detail: string }
  | { readonly kind: 'later'; readonly ms: number; readonly reason: string };

/** Refunds of one sale that are looked at. */
const MOST_REFUNDS = 50;

/** What a notification names, looked at as it is now. */
export function lookAtSubject(
  transactions: Transactions,
  { appId, subjectType, subjectId }: { readonly appId: Uuid; readonly subjectType: string; readonly subjectId: string },
): Promise<Look> {
  switch (subjectType) {
    case 'transaction':
      return lookAtTransaction(transactions, appId, subjectId);
    case 'dispute':
      return lookAtDispute(transactions, appId, subjectId);
    default:
      return Promise.resolve({ kind: 'nothing', detail: 'nothing follows from this kind' });
  }
}

/** A sale, or the one that a refund is of, with all that belongs to it. */
export async function lookAtTransaction(transactions: Transactions, appId: Uuid, id: string): Promise<Look> {
  const read = await transactions.find(appId, id);
  if (read.kind !== 'found') return without(read);
  const { type, refundedTransactionId } = read.value;
  if (type === 'sale') return complete(transactions, appId, read.value, []);
  if (refundedTransactionId === undefined) return { kind: 'nothing', detail: 'a credit that is no refund' };
  return lookAtTransaction(transactions, appId, refundedTransactionId);
}

/** What an operation made. Of several sales the one that money moves by. */
export async function lookAtOperation(transactions: Transactions, appId: Uuid, operation: Uuid): Promise<Look> {
  const read = await transactions.byOperation(appId, operation);
  if (read.kind !== 'found') return without(read);
  const sales = read.value.filter(({ type }) => type === 'sale');
  const sale = sales.find((each) => !wasDeclined(each)) ?? sales[0];
  return sale === undefined
    ? { kind: 'nothing', detail: 'the operation made no sale' }
    : complete(transactions, appId, sale, []);
}

async function lookAtDispute(transactions: Transactions, appId: Uuid, id: string): Promise<Look> {
  const read = await transactions.dispute(appId, id);
  if (read.kind !== 'found') return without(read);
  const { transactionId } = read.value;
  if (transactionId === undefined) return { kind: 'nothing', detail: 'a dispute of no transaction' };
  const sale = await transactions.find(appId, transactionId);
  return sale.kind === 'found' ? complete(transactions, appId, sale.value, [read.value]) : without(sale);
}

async function complete(
  transactions: Transactions,
  appId: Uuid,
  sale: Transaction,
  asked: readonly Dispute[],
): Promise<Look> {
  const refunds: Transaction[] = [];
  for (const id of sale.refundIds.slice(0, MOST_REFUNDS)) {
    const read = await transactions.find(appId, id);
    if (read.kind === 'later') return without(read);
    if (read.kind === 'found') refunds.push(read.value);
  }
  // What was asked for by itself is newer than what the sale shows of it.
  const disputes = new Map([...sale.disputes, ...asked].map((dispute) => [dispute.id, dispute]));
  return { kind: 'seen', sighting: { sale, refunds, disputes: [...disputes.values()] } };
}

function without(read: Exclude<ReadOutcome<unknown>, { readonly kind: 'found' }>): Look {
  return read.kind === 'missing'
    ? { kind: 'nothing', detail: 'Braintree has it no more' }
    : { kind: 'later', ms: read.retryAfterMs, reason: read.reason };
}
