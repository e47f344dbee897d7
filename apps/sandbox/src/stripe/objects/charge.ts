import type { Metadata } from '../wire/params.js';
import type { StripeObject } from './stripe-object.js';

export interface Charge extends StripeObject {
  readonly object: 'charge';
  readonly amount: number;
  amount_captured: number;
  amount_refunded: number;
  balance_transaction: string | null;
  captured: boolean;
  readonly currency: string;
  readonly customer: string | null;
  disputed: boolean;
  failure_balance_transaction: string | null;
  failure_code: string | null;
  failure_message: string | null;
  metadata: Metadata;
  outcome: object | null;
  paid: boolean;
  readonly payment_intent: string | null;
  readonly payment_method: string | null;
  refunded: boolean;
  status: 'failed' | 'pending' | 'succeeded';
}
