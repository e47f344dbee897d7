import type { Metadata } from '../wire/params.js';
import type { Price } from './catalog.js';
import type { ListPage, StripeObject } from './stripe-object.js';

export type SubscriptionStatus =
  'active' | 'canceled' | 'incomplete' | 'incomplete_expired' | 'past_due' | 'paused' | 'trialing' | 'unpaid';

export interface SubscriptionItem extends StripeObject {
  readonly object: 'subscription_item';
  current_period_end: number;
  current_period_start: number;
  price: Price;
  plan: object;
  quantity: number;
}

export interface Subscription extends StripeObject {
  readonly object: 'subscription';
  cancel_at: number | null;
  cancel_at_period_end: boolean;
  canceled_at: number | null;
  cancellation_details: { comment: string | null; feedback: string | null; reason: string | null };
  readonly collection_method: 'charge_automatically' | 'send_invoice';
  readonly currency: string;
  readonly customer: string;
  default_payment_method: string | null;
  ended_at: number | null;
  items: ListPage<SubscriptionItem>;
  latest_invoice: string | null;
  metadata: Metadata;
  pause_collection: { behavior: 'keep_as_draft' | 'mark_uncollectible' | 'void'; resumes_at: number | null } | null;
  payment_settings: { save_default_payment_method: 'off' | 'on_subscription'; [field: string]: unknown };
  pending_setup_intent: string | null;
  status: SubscriptionStatus;
  trial_end: number | null;
  trial_settings: { end_behavior: { missing_payment_method: 'cancel' | 'create_invoice' | 'pause' } };
  trial_start: number | null;
}
