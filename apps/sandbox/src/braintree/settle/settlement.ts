import { declined } from '../objects/processor-response.js';
import type { Transaction, TransactionStatus } from '../objects/transaction.js';
import { transactionXml } from '../objects/transaction-xml.js';
import { become } from '../payments/new-transaction.js';
import { settlementOf } from '../payments/verdict-of-amount.js';
import { writeAmount } from '../wire/money.js';
import { invalid } from '../wire/refused.js';
import type { Merchant } from '../world/merchant.js';

/** What happens to a transaction without the merchant. */
export const LATER = [
  'authorization_expired',
  'processor_declined',
  'settled',
  'settlement_confirmed',
  'settlement_declined',
  'settlement_pending',
  'settling',
] as const satisfies readonly TransactionStatus[];
export type Later = (typeof LATER)[number];

const ON_ITS_WAY: readonly TransactionStatus[] = [
  'settlement_confirmed',
  'settlement_pending',
  'settling',
  'submitted_for_settlement',
];

/** From which statuses it can come to this one. */
const AFTER: Readonly<Record<Later, readonly TransactionStatus[]>> = {
  authorization_expired: ['authorized'],
  // A bank that does not take a refund back.
  processor_declined: ON_ITS_WAY,
  settled: ON_ITS_WAY,
  settlement_confirmed: ['settlement_pending', 'submitted_for_settlement'],
  settlement_declined: ON_ITS_WAY,
  settlement_pending: ['submitted_for_settlement'],
  settling: ['submitted_for_settlement'],
};

/** @throws Invalid when it does not follow from what the transaction is */
export function comeTo(
  merchant: Merchant,
  transaction: Transaction,
  status: Later,
  source: 'api' | 'control_panel',
): void {
  const isRefund = transaction.type === 'credit';
  if (!AFTER[status].includes(transaction.status) || (status === 'processor_declined' && !isRefund))
    throw invalid(
      'transaction',
      'base',
      '91575',
      'Cannot simulate settlement unless transaction is submitted for settlement.',
    );
  if (status === 'settlement_declined') transaction.settlementResponse = declinedSettlement(transaction);
  if (status === 'processor_declined') transaction.response = declined('2046');
  become(merchant, transaction, status, source);
  const kind = TOLD[status];
  if (kind) merchant.emit(kind, transaction.id, { transaction: transactionXml(transaction) });
}

const TOLD: Partial<Record<Later, 'refund_failed' | 'transaction_settled' | 'transaction_settlement_declined'>> = {
  processor_declined: 'refund_failed',
  settled: 'transaction_settled',
  settlement_declined: 'transaction_settlement_declined',
};

/** The night has passed: as its amount says. @throws Invalid */
export function settle(merchant: Merchant, transaction: Transaction, source: 'api' | 'control_panel'): void {
  const { amount, currency, instrument, type } = transaction;
  const outcome = type === 'credit' ? 'settled' : settlementOf(Number(writeAmount(amount, currency)), instrument.type);
  comeTo(merchant, transaction, outcome, source);
}

/** Everything that waits for the night. Answers what it was. */
export function settleAll(merchant: Merchant): Transaction[] {
  const waiting = [...merchant.transactions.values()].filter(({ status }) => ON_ITS_WAY.includes(status));
  for (const transaction of waiting) {
    if (transaction.status === 'submitted_for_settlement') settle(merchant, transaction, 'control_panel');
    else comeTo(merchant, transaction, 'settled', 'control_panel');
  }
  return waiting;
}

function declinedSettlement({ amount, currency }: Transaction): { code: string; text: string } {
  const whole = Math.floor(Number(writeAmount(amount, currency)));
  return { code: String(whole >= 4001 && whole < 5001 ? whole : 4001), text: 'Settlement Declined' };
}
