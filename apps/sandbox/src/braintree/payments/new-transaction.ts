import type { Instrument } from '../objects/instrument.js';
import type { ProcessorResponse } from '../objects/processor-response.js';
import type { RejectionReason, Transaction, TransactionStatus } from '../objects/transaction.js';
import { newId } from '../wire/ids.js';
import type { Merchant } from '../world/merchant.js';

type Given = Pick<Transaction, 'amount' | 'currency' | 'merchantAccountId' | 'type'> & {
  readonly instrument: Instrument;
  readonly token: string | null;
  readonly response: ProcessorResponse | undefined;
  readonly rejection?: RejectionReason;
  /** What it went through at once, the last of it being its status. */
  readonly statuses: readonly [TransactionStatus, ...TransactionStatus[]];
} & Partial<
    Pick<
      Transaction,
      | 'authorizedTransactionId'
      | 'channel'
      | 'customFields'
      | 'customer'
      | 'customerId'
      | 'descriptor'
      | 'lineItems'
      | 'orderId'
      | 'refundedTransactionId'
    >
  >;

/** A transaction that the merchant has from now on. */
export function addTransaction(merchant: Merchant, { statuses, rejection, ...given }: Given): Transaction {
  const at = merchant.now();
  const transaction: Transaction = {
    id: newId(8),
    orderId: null,
    channel: null,
    customerId: null,
    customer: {},
    customFields: {},
    descriptor: {},
    lineItems: [],
    settlementResponse: undefined,
    refundedTransactionId: null,
    authorizedTransactionId: null,
    ...given,
    rejection: rejection ?? null,
    status: statuses.at(-1) ?? statuses[0],
    authorizedAmount: given.amount,
    history: statuses.map((status) => ({ status, amount: given.amount, at, source: 'api' })),
    refundIds: [],
    partialSettlementIds: [],
    disputes: [],
    disbursal: undefined,
    createdAt: at,
    updatedAt: at,
    madeAt: Date.now(),
  };
  merchant.transactions.set(transaction.id, transaction);
  return transaction;
}

/** Its next status. */
export function become(
  merchant: Merchant,
  transaction: Transaction,
  status: TransactionStatus,
  source: 'api' | 'control_panel' = 'api',
): void {
  transaction.status = status;
  transaction.updatedAt = merchant.now();
  transaction.history.push({ status, amount: transaction.amount, at: transaction.updatedAt, source });
}
