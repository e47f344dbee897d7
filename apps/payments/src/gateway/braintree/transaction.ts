import { z } from 'zod';
import { fromDecimal } from './amount.js';

/** https://developer.paypal.com/braintree/docs/reference/general/statuses */
const STATUSES = [
  'authorization_expired',
  'authorized',
  'authorizing',
  'failed',
  'gateway_rejected',
  'processor_declined',
  'settled',
  'settlement_confirmed',
  'settlement_declined',
  'settlement_pending',
  'settling',
  'submitted_for_settlement',
  'voided',
] as const;
export type TransactionStatus = (typeof STATUSES)[number];

/** Braintree writes what is not there as null, as nothing, or not at all. */
const optional = z
  .string()
  .nullish()
  .transform((text) => (text === null || text === '' ? undefined : text));

const dispute = z.object({
  id: z.string(),
  status: z.enum(['accepted', 'auto_accepted', 'disputed', 'expired', 'lost', 'open', 'under_review', 'won']),
  kind: z.enum(['chargeback', 'pre_arbitration', 'retrieval']),
  amountDisputed: z.string(),
  amountWon: optional,
  currencyIsoCode: z.string(),
  reason: optional,
  replyByDate: optional,
  transaction: z.object({ id: z.string() }).nullish(),
});

const statusEvent = z.object({ status: z.string(), timestamp: z.string() });

const transaction = z.object({
  id: z.string(),
  type: z.enum(['sale', 'credit']),
  status: z.enum(STATUSES),
  amount: z.string(),
  currencyIsoCode: z.string(),
  orderId: optional,
  refundedTransactionId: optional,
  refundIds: z
    .array(z.string())
    .nullish()
    .transform((ids) => ids ?? []),
  processorResponseCode: optional,
  gatewayRejectionReason: optional,
  processorSettlementResponseCode: optional,
  statusHistory: z
    .array(statusEvent)
    .nullish()
    .transform((events) => events ?? []),
  disputes: z
    .array(dispute)
    .nullish()
    .transform((disputes) => disputes ?? []),
});

/** A sale, or money that goes back (`credit`); amounts in the smallest unit as we count it. */
export type Transaction = Omit<z.output<typeof transaction>, 'amount' | 'currencyIsoCode' | 'disputes'> & {
  readonly amount: number;
  /** In small letters. */
  readonly currency: string;
  readonly disputes: readonly Dispute[];
};

export interface Dispute {
  readonly id: string;
  readonly status: z.output<typeof dispute>['status'];
  readonly kind: z.output<typeof dispute>['kind'];
  readonly amount: number;
  readonly amountWon: number;
  readonly currency: string;
  readonly reason?: string | undefined;
  /** A day: `2026-11-30`. */
  readonly replyByDate?: string | undefined;
  readonly transactionId?: string | undefined;
}

/** An answer of Braintree's that is not as we know them; the message names the place. */
export class UnknownShape extends Error {
  override readonly name = 'UnknownShape';
}

/** @throws UnknownShape */
export function readTransaction(value: unknown): Transaction {
  const { amount, currencyIsoCode, disputes, ...rest } = parse(transaction, value);
  const currency = currencyIsoCode.toLowerCase();
  return { ...rest, amount: amountOf(amount, currency), currency, disputes: disputes.map(shape) };
}

/** @throws UnknownShape */
export function readDispute(value: unknown): Dispute {
  return shape(parse(dispute, value));
}

function shape(raw: z.output<typeof dispute>): Dispute {
  const { id, status, kind, amountDisputed, amountWon, currencyIsoCode, reason, replyByDate } = raw;
  const currency = currencyIsoCode.toLowerCase();
  return {
    ...{ id, status, kind, currency, reason, replyByDate },
    amount: amountOf(amountDisputed, currency),
    amountWon: amountWon === undefined ? 0 : amountOf(amountWon, currency),
    transactionId: raw.transaction?.id,
  };
}

function amountOf(text: string, currency: string): number {
  const amount = fromDecimal(text, currency);
  if (amount === undefined) throw new UnknownShape(`"${text}" is no amount in ${currency}`);
  return amount;
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new UnknownShape(`"${first?.path.join('.') ?? ''}" ${first?.message ?? 'is missing'}`);
}
