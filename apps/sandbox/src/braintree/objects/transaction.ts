import type { Dispute } from './dispute.js';
import type { Instrument } from './instrument.js';
import type { ProcessorResponse } from './processor-response.js';

export type TransactionStatus =
  | 'authorization_expired'
  | 'authorized'
  | 'failed'
  | 'gateway_rejected'
  | 'processor_declined'
  | 'settled'
  | 'settlement_confirmed'
  | 'settlement_declined'
  | 'settlement_pending'
  | 'settling'
  | 'submitted_for_settlement'
  | 'voided';

export type RejectionReason = 'application_incomplete' | 'duplicate' | 'fraud' | 'risk_threshold';

export interface StatusEvent {
  readonly status: TransactionStatus;
  readonly amount: number;
  readonly at: Date;
  /** `api`: a request; `control_panel`: somebody at Braintree, here the control API. */
  readonly source: 'api' | 'control_panel';
}

export interface Disbursal {
  readonly id: string;
  readonly at: Date;
}

/** A payment (`sale`), or money that goes back (`credit`). */
export interface Transaction {
  readonly id: string;
  readonly type: 'credit' | 'sale';
  status: TransactionStatus;
  /** In the smallest unit; less than was authorized when only a part is taken. */
  amount: number;
  readonly authorizedAmount: number;
  readonly currency: string;
  readonly merchantAccountId: string;
  readonly orderId: string | null;
  readonly channel: string | null;
  readonly customerId: string | null;
  readonly customer: Readonly<Record<string, string | null>>;
  readonly customFields: Readonly<Record<string, string>>;
  readonly descriptor: Readonly<Record<string, string>>;
  readonly lineItems: readonly Readonly<Record<string, string>>[];
  readonly instrument: Instrument;
  /** Under which the instrument is kept. */
  token: string | null;
  response: ProcessorResponse | undefined;
  settlementResponse: { readonly code: string; readonly text: string } | undefined;
  readonly rejection: RejectionReason | null;
  readonly history: StatusEvent[];
  readonly refundedTransactionId: string | null;
  readonly refundIds: string[];
  readonly authorizedTransactionId: string | null;
  readonly partialSettlementIds: string[];
  readonly disputes: Dispute[];
  disbursal: Disbursal | undefined;
  readonly createdAt: Date;
  updatedAt: Date;
  /** Milliseconds since 1970 when it was really made, whatever the gateway's clock says: searches lag behind it. */
  readonly madeAt: number;
}
