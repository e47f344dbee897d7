import type { Dispute } from '../objects/dispute.js';
import type { Transaction } from '../objects/transaction.js';
import { writeAmount } from '../wire/money.js';

/** A transaction in few words, for whoever counts what was really taken. */
export function describedTransaction(transaction: Transaction): object {
  const { id, type, status, orderId, currency, merchantAccountId, customerId, token, response, rejection } =
    transaction;
  return {
    ...{ id, type, status, orderId },
    amount: writeAmount(transaction.amount, currency),
    currency: currency.toLowerCase(),
    ...{ merchantAccountId, customerId, token },
    processorResponseCode: response?.code,
    gatewayRejectionReason: rejection,
    refundedTransactionId: transaction.refundedTransactionId,
    authorizedTransactionId: transaction.authorizedTransactionId,
    refundIds: transaction.refundIds,
    disputeIds: transaction.disputes.map((dispute) => dispute.id),
    disbursementId: transaction.disbursal?.id,
    customFields: transaction.customFields,
    createdAt: transaction.createdAt,
  };
}

export function describedDispute({ id, transaction, status, reason, kind, amount }: Dispute): object {
  const money = { amount: writeAmount(amount, transaction.currency), currency: transaction.currency.toLowerCase() };
  return { id, transactionId: transaction.id, status, reason, kind, ...money };
}
