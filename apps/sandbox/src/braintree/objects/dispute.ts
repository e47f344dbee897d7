import { globalId } from '../wire/ids.js';
import { writeAmount } from '../wire/money.js';
import { day, list, type XmlRecord } from '../wire/xml.js';
import type { Instrument } from './instrument.js';

export const DISPUTE_REASONS = [
  'cancelled_recurring_transaction',
  'credit_not_processed',
  'duplicate',
  'fraud',
  'general',
  'not_recognized',
  'product_not_received',
  'product_unsatisfactory',
  'transaction_amount_differs',
] as const;
export const DISPUTE_KINDS = ['chargeback', 'pre_arbitration', 'retrieval'] as const;
export type DisputeStatus =
  'accepted' | 'auto_accepted' | 'disputed' | 'expired' | 'lost' | 'open' | 'under_review' | 'won';

export interface Evidence {
  readonly id: string;
  readonly comment: string;
  readonly createdAt: Date;
}

/** What a dispute shows of the payment that it is about. */
interface Disputed {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly merchantAccountId: string;
  readonly orderId: string | null;
  readonly customerId: string | null;
  readonly instrument: Instrument;
  readonly createdAt: Date;
}

/** A customer's bank takes the money back, and may have to return it. */
export interface Dispute {
  readonly id: string;
  readonly transaction: Disputed;
  readonly reason: (typeof DISPUTE_REASONS)[number];
  readonly kind: (typeof DISPUTE_KINDS)[number];
  /** In the smallest unit. */
  readonly amount: number;
  amountWon: number;
  status: DisputeStatus;
  readonly history: { readonly status: DisputeStatus; readonly at: Date }[];
  readonly evidence: Evidence[];
  readonly openedAt: Date;
  readonly replyBy: Date;
  wonAt: Date | undefined;
  updatedAt: Date;
}

export function disputeXml(dispute: Dispute): XmlRecord {
  const { id, transaction, amount, amountWon, kind, status, reason, openedAt, wonAt, replyBy, updatedAt } = dispute;
  const { currency, merchantAccountId } = transaction;
  return {
    id,
    globalId: globalId('dispute', id),
    amount: writeAmount(amount, currency),
    amountDisputed: writeAmount(amount, currency),
    amountWon: writeAmount(amountWon, currency),
    caseNumber: `CB${id.slice(0, 10).toUpperCase()}`,
    chargebackProtectionLevel: 'not_protected',
    preDisputeProgram: 'none',
    currencyIsoCode: currency,
    createdAt: openedAt,
    updatedAt,
    dateOpened: day(openedAt),
    dateWon: wonAt && day(wonAt),
    receivedDate: day(openedAt),
    replyByDate: day(replyBy),
    ...{ kind, status, reason, merchantAccountId },
    reasonCode: reason === 'fraud' ? '83' : null,
    reasonDescription: null,
    referenceNumber: null,
    originalDisputeId: null,
    evidence: list(
      'evidence',
      dispute.evidence.map((one) => ({
        ...one,
        globalId: globalId('evidence', one.id),
        url: null,
        sentToProcessorAt: null,
      })),
    ),
    statusHistory: list(
      'statusHistory',
      dispute.history.map((step) => ({
        status: step.status,
        timestamp: step.at,
        effectiveDate: day(step.at),
        disbursementDate: null,
      })),
    ),
    transaction: {
      id: transaction.id,
      globalId: globalId('transaction', transaction.id),
      amount: writeAmount(transaction.amount, currency),
      createdAt: transaction.createdAt,
      orderId: transaction.orderId,
      paymentInstrumentSubtype: transaction.instrument.cardType,
      purchaseOrderNumber: null,
      installmentCount: null,
    },
  };
}
