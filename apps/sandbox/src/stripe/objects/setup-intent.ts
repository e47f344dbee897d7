import type { Metadata } from '../wire/params.js';
import type { StripeObject } from './stripe-object.js';

export type SetupIntentStatus =
  'canceled' | 'processing' | 'requires_action' | 'requires_confirmation' | 'requires_payment_method' | 'succeeded';

export interface SetupIntent extends StripeObject {
  readonly object: 'setup_intent';
  readonly client_secret: string;
  cancellation_reason: string | null;
  customer: string | null;
  description: string | null;
  last_setup_error: object | null;
  metadata: Metadata;
  next_action: { type: string; [kind: string]: unknown } | null;
  payment_method: string | null;
  status: SetupIntentStatus;
  usage: string;
}
