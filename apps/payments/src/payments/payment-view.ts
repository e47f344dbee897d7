import type { GatewayName, PaymentState, PaymentStatus } from '../gateway/gateway.js';
import { formatId, type PaymentHistory, type PaymentView, type Uuid } from '@signalbox/contracts';
import { givenBackBy, type ChargeOrRefund } from '../process/given-back.js';
import type { Kinds } from '../process/kinds.js';
import { rankOf } from '../process/states/payment-intent.js';

export interface PaymentRow {
  readonly id: Uuid;
  readonly account: string;
  readonly gateway: GatewayName;
  readonly gatewayRef: string | null;
  readonly objectKey: Uuid | null;
  readonly orderId: string | null;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly userId: string | null;
  readonly livemode: boolean;
  readonly createdAt: Date;
  /** How it stood when we last saw it in an answer to a call of ours. */
  readonly known: PaymentState | null;
  readonly knownAt: Date | null;
}

/** An object that belongs to a payment, as the process stage keeps it. */
export type PaymentObject = {
  [Kind in keyof Kinds]: {
    readonly key: Uuid;
    readonly objectType: Kind;
    readonly objectId: string;
    readonly state: Partial<Kinds[Kind]['state']>;
    readonly paymentId: Uuid;
    readonly updatedAt: Date;
  };
}[keyof Kinds];

/** A payment as it stands by what the gateway's events told, or by an answer to a call of ours where that says more. */
export function viewPayment(row: PaymentRow, objects: readonly PaymentObject[]): PaymentView {
  const intent = objects.find((object) => object.objectType === 'payment_intent');
  const told = intent?.state.now;
  const error = told?.error;
  const parts = objects.filter(({ objectType }) => objectType === 'charge' || objectType === 'refund');
  return {
    id: formatId('payment', row.id),
    ...standing(row, told),
    amount: told?.amount ?? row.amount,
    currency: told?.currency ?? row.currency,
    amountRefunded: givenBackBy(parts as ChargeOrRefund[]),
    userId: row.userId,
    orderId: row.orderId,
    gateway: row.gateway,
    gatewayRef: row.gatewayRef,
    account: row.account === '' ? null : row.account,
    livemode: row.livemode,
    lastError: error === undefined ? null : { code: error.code ?? null, declineCode: error.declineCode ?? null },
    cancellationReason: told?.cancellationReason ?? null,
    asOf: latestOf([row.createdAt, row.knownAt, ...objects.map(({ updatedAt }) => updatedAt)]).toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}

/** The further of the two is the later one: attempts come and go, reserved is after that, and nothing follows on the end. */
function standing(
  { known }: PaymentRow,
  told:
    | ({ readonly status: PaymentStatus } & Pick<PaymentState, 'amountReceived' | 'amountCapturable' | 'nextAction'>)
    | undefined,
): Pick<PaymentView, 'status' | 'amountReceived' | 'amountCapturable' | 'nextAction'> {
  const further = known !== null && (told === undefined || rankOf(known.status) > rankOf(told.status)) ? known : told;
  if (further === undefined) return { status: 'unknown', amountReceived: 0, amountCapturable: 0, nextAction: null };
  const { status, amountReceived, amountCapturable, nextAction } = further;
  return { status, amountReceived, amountCapturable, nextAction: nextAction ?? null };
}

const latestOf = (times: readonly (Date | null)[]): Date =>
  new Date(Math.max(...times.map((time) => time?.getTime() ?? 0)));

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
