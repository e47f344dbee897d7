import type { Shown, StripeObject } from './stripe-object.js';

/** A snapshot event: https://docs.stripe.com/api/events/object */
export interface StripeEvent extends StripeObject {
  readonly object: 'event';
  /** The connected account it happened on. */
  readonly account?: string;
  readonly api_version: string;
  readonly created: number;
  readonly data: { readonly object: Shown; readonly previous_attributes?: object };
  /** Deliveries that have not succeeded yet. */
  pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: string;
}

/** A thin event, and with `changes` the event that `/v2/core/events/{id}` answers. */
export interface ThinEvent {
  readonly id: string;
  readonly object: 'v2.core.event';
  readonly type: string;
  readonly livemode: false;
  /** ISO 8601. */
  readonly created: string;
  /** The connected account it happened on. */
  readonly context?: string;
  readonly reason: object | null;
  readonly related_object: { readonly id: string; readonly type: string; readonly url: string } | null;
  /** The snapshot event of the same change. */
  readonly snapshot_event?: string;
  readonly data?: object;
  readonly changes?: { readonly before: object; readonly after: object };
}
