import type { SheetCustomer, Uuid } from '@signalbox/contracts';
import type { Subscription } from '../process/normalise/subscription.js';
import type { GatewayOutcome, ReadOutcome, Refused, Settlement } from './outcome.js';

export interface PricedItem {
  readonly price: string;
  readonly quantity: number;
}

/** One item of a subscription: with an id it changes or goes, without it comes. */
export interface ItemChange {
  readonly id?: string | undefined;
  readonly price?: string | undefined;
  readonly quantity?: number | undefined;
  readonly deleted?: true | undefined;
}

export type Proration = 'create_prorations' | 'always_invoice' | 'none';

/** What a caller wants of a subscription that exists. */
export type SubscriptionWish =
  | {
      readonly kind: 'change';
      /** Absent: as they are. */
      readonly prices?: readonly PricedItem[] | undefined;
      readonly method?: string | undefined;
      readonly proration: Proration;
    }
  | { readonly kind: 'cancel'; readonly at: 'now' | 'period_end' }
  | { readonly kind: 'resume' };

/** What is to be called, down to the last parameter: kept, so that the very same can be called again. */
export type SubscriptionOrder =
  | {
      readonly kind: 'subscribe';
      readonly userId: string;
      /** The gateway's id. */
      readonly customer: string;
      readonly items: readonly PricedItem[];
      readonly trialDays?: number | undefined;
      readonly method?: string | undefined;
      readonly metadata: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'change';
      readonly ref: string;
      readonly items: readonly ItemChange[];
      readonly method?: string | undefined;
      readonly proration: Proration;
    }
  | { readonly kind: 'cancel'; readonly ref: string; readonly at: 'now' | 'period_end' }
  | { readonly kind: 'resume'; readonly ref: string; readonly from: 'paused' | 'period_end' | 'date' };

/** Kept before it is made, and known to the gateway under its key. */
export interface SubscriptionCall {
  readonly appId: Uuid;
  readonly account: string;
  readonly operation: Uuid;
  readonly key: string;
  readonly order: SubscriptionOrder;
}

/** A subscription as its gateway shows it, read as the process stage reads it. */
export interface SubscriptionLook {
  readonly ref: string;
  readonly livemode: boolean;
  readonly now: Subscription;
}

export interface SubscriptionTarget {
  readonly appId: Uuid;
  readonly account: string;
  readonly ref: string;
}

/** What the customer has to do for a subscription; undefined: nothing. */
export interface SubscriptionSheetParts {
  readonly publishableKey: string | undefined;
  readonly customer: SheetCustomer;
  readonly livemode: boolean;
  readonly currency: string;
  readonly secret:
    | { readonly of: 'payment'; readonly clientSecret: string; readonly amount: number }
    | { readonly of: 'setup'; readonly clientSecret: string };
}

/** The part of a gateway that bills by itself. */
export interface SubscriptionGateway {
  /** Looks at the subscription, and says what to call for a wish, or why it cannot be. */
  plan(
    target: SubscriptionTarget,
    wish: SubscriptionWish,
  ): Promise<ReadOutcome<{ readonly kind: 'planned'; readonly order: SubscriptionOrder } | Refused>>;
  make(call: SubscriptionCall): Promise<GatewayOutcome<SubscriptionLook>>;
  /** Asks what became of a call, and finishes it under its key. @param ageMs since it was begun. */
  settle(call: SubscriptionCall, ageMs: number): Promise<Settlement<SubscriptionLook>>;
  /** Secrets are made for one showing and never kept. */
  sheet(
    target: SubscriptionTarget,
    ephemeralKeyVersion: string | undefined,
  ): Promise<ReadOutcome<SubscriptionSheetParts | undefined>>;
}
