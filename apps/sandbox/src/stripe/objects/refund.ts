import type { Metadata } from '../wire/params.js';
import type { StripeObject } from './stripe-object.js';

export type RefundStatus = 'canceled' | 'failed' | 'pending' | 'requires_action' | 'succeeded';

export interface Refund extends StripeObject {
  readonly object: 'refund';
  readonly amount: number;
  balance_transaction: string | null;
  readonly charge: string;
  readonly currency: string;
  failure_balance_transaction?: string;
  failure_reason?: string;
  pending_reason?: string;
  metadata: Metadata;
  readonly payment_intent: string | null;
  reason: string | null;
  status: RefundStatus;
}
