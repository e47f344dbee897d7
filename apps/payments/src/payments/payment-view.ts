import { formatId, type PaymentHistory, type PaymentView, type Uuid } from '@signalbox/contracts';
import { givenBackBy, type ChargeOrRefund } from '../process/given-back.js';
import type { Kinds } from '../process/kinds.js';

export interface PaymentRow {
  readonly id: Uuid;
  readonly account: string;
  readonly gatewayRef: string;
  readonly objectKey: Uuid;
  readonly userId: string | null;
  readonly livemode: boolean;
  readonly createdAt: Date;
}

/** An object that belongs to a payment, as the process stage keeps it. */
export type PaymentObject = {
  [Kind in keyof Kinds]: {
    readonly key: Uuid;
    readonly objectType: Kind;
    readonly objectId: string;
    readonly state: Partial<Kinds[Kind]['state']>;
    readonly paymentId: Uuid;
  };
}[keyof Kinds];

export function viewPayment(row: PaymentRow, objects: readonly PaymentObject[]): PaymentView {
  const now = objects.find((object) => object.objectType === 'payment_intent')?.state.now;
  const error = now?.error;
  const parts = objects.filter(({ objectType }) => objectType === 'charge' || objectType === 'refund');
  return {
    id: formatId('payment', row.id),
    status: now?.status ?? 'unknown',
    amount: now?.amount ?? null,
    currency: now?.currency ?? null,
    amountReceived: now?.amountReceived ?? 0,
    amountCapturable: now?.amountCapturable ?? 0,
    amountRefunded: givenBackBy(parts as ChargeOrRefund[]),
    userId: row.userId,
    gateway: 'stripe',
    gatewayRef: row.gatewayRef,
    account: row.account === '' ? null : row.account,
    livemode: row.livemode,
    nextAction: now?.nextAction ?? null,
    lastError: error === undefined ? null : { code: error.code ?? null, declineCode: error.declineCode ?? null },
    cancellationReason: now?.cancellationReason ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

/** Charges, refunds and disputes of a payment, in the order of their ids. */
export function viewParts(objects: readonly PaymentObject[]): Pick<PaymentHistory, 'charges' | 'refunds' | 'disputes'> {
  const parts: Pick<PaymentHistory, 'charges' | 'refunds' | 'disputes'> = { charges: [], refunds: [], disputes: [] };
  for (const { objectId: id, objectType, state } of objects) {
    if (objectType === 'charge' && state.now !== undefined) {
      const { status, amount, currency, captured, kind, brand, last4, failureCode, outcome, outcomeReason } = state.now;
      parts.charges.push({
        ...{ id, status, amount, currency, captured },
        kind: kind ?? null,
        brand: brand ?? null,
        last4: last4 ?? null,
        failureCode: failureCode ?? null,
        outcome: outcomeReason ?? outcome ?? null,
      });
    } else if (objectType === 'refund' && state.now !== undefined) {
      const { status, amount, currency, reason, failureReason } = state.now;
      parts.refunds.push({
        ...{ id, status, amount, currency },
        reason: reason ?? null,
        failureReason: failureReason ?? null,
      });
    } else if (objectType === 'dispute' && state.now !== undefined) {
      const { status, amount, currency, reason, evidenceDueBy } = state.now;
      parts.disputes.push({
        ...{ id, status, amount, currency },
        reason: reason ?? null,
        evidenceDueBy: evidenceDueBy === undefined ? null : new Date(evidenceDueBy * 1_000).toISOString(),
      });
    }
  }
  return parts;
}
