import type { Metadata } from '../wire/params.js';
import type { StripeObject } from './stripe-object.js';

export interface Payout extends StripeObject {
  readonly object: 'payout';
  readonly amount: number;
  balance_transaction: string | null;
  readonly currency: string;
  failure_balance_transaction: string | null;
  failure_code: string | null;
  failure_message: string | null;
  metadata: Metadata;
  status: 'canceled' | 'failed' | 'in_transit' | 'paid' | 'pending';
}
