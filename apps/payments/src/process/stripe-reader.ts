import type { Uuid } from '@signalbox/contracts';

/** One object of Stripe's. */
export interface StripeRef {
  readonly appId: Uuid;
  /** The connected account; empty: the app's own. */
  readonly account: string;
  readonly livemode: boolean;
  /** Stripe's name of the kind: `payment_intent`, `subscription`, `dispute`, ... */
  readonly objectType: string;
  readonly objectId: string;
}

/**
 * What Stripe says of an object at this moment:
 * - `found`: the object as it came, in the shape of `apiVersion`;
 * - `gone`: there is none, or it is not there any more (404, or an object that says `deleted`);
 * - `later`: no answer now (a limit, an outage, a time-out): ask again after `ms` milliseconds. Nobody's fault.
 */
export type StripeAnswer =
  | { readonly kind: 'found'; readonly object: unknown; readonly apiVersion: string }
  | { readonly kind: 'gone' }
  | { readonly kind: 'later'; readonly ms: number; readonly reason: string };

/** Asks Stripe for the present state of an object. Never throws for anything that Stripe does; keeps to its rate limits. */
export interface StripeReader {
  read(ref: StripeRef): Promise<StripeAnswer>;
}
