import type { Metadata } from '../wire/params.js';
import type { Card } from './card.js';
import type { StripeObject } from './stripe-object.js';

export interface PaymentMethod extends StripeObject {
  readonly object: 'payment_method';
  readonly type: string;
  card?: Card;
  customer: string | null;
  metadata: Metadata;
  billing_details: object;
}
