import type { Metadata } from '../wire/params.js';
import type { StripeObject } from './stripe-object.js';

export type PaymentIntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';

export type CaptureMethod = 'automatic' | 'automatic_async' | 'manual';

export interface PaymentIntent extends StripeObject {
  readonly object: 'payment_intent';
  readonly client_secret: string;
  amount: number;
  amount_capturable: number;
  amount_received: number;
  canceled_at: number | null;
  cancellation_reason: string | null;
  capture_method: CaptureMethod;
  currency: string;
  customer: string | null;
  description: string | null;
  last_payment_error: object | null;
  latest_charge: string | null;
  metadata: Metadata;
  next_action: { type: string; [kind: string]: unknown } | null;
  payment_method: string | null;
  payment_method_types: string[];
  setup_future_usage: string | null;
  status: PaymentIntentStatus;
}
