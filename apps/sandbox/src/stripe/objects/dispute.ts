import type { Metadata } from '../wire/params.js';
import type { BalanceTransaction } from './balance-transaction.js';
import type { StripeObject } from './stripe-object.js';

export type DisputeStatus =
  | 'lost'
  | 'needs_response'
  | 'under_review'
  | 'warning_closed'
  | 'warning_needs_response'
  | 'warning_under_review'
  | 'won';

export interface Dispute extends StripeObject {
  readonly object: 'dispute';
  readonly amount: number;
  balance_transactions: BalanceTransaction[];
  readonly charge: string;
  readonly currency: string;
  evidence: Record<string, unknown>;
  evidence_details: {
    due_by: number;
    has_evidence: boolean;
    past_due: boolean;
    submission_count: number;
    [field: string]: unknown;
  };
  is_charge_refundable: boolean;
  metadata: Metadata;
  readonly payment_intent: string | null;
  reason: string;
  status: DisputeStatus;
}
