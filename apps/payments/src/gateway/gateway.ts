import type { SheetCustomer, Uuid } from '@signalbox/contracts';
import type { AccountGateway, AccountOutcome, Person } from './account-gateway.js';
import type { GatewayOutcome, ReadOutcome, Settlement } from './outcome.js';

export const GATEWAYS = ['stripe', 'braintree'] as const;
export type GatewayName = (typeof GATEWAYS)[number];

/** How a payment stands, in words that hold for every gateway; they are Stripe's. */
export type PaymentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'canceled'
  | 'succeeded';

/** A payment as its gateway has it. Amounts are in the currency's smallest unit. */
export interface PaymentState {
  /** The gateway's id of it; absent while the gateway knows nothing of it, as before a Braintree sale. */
  readonly ref?: string | undefined;
  readonly status: PaymentStatus;
  readonly amountReceived: number;
  readonly amountCapturable: number;
  /** What the customer has to do now. */
  readonly nextAction?: string | undefined;
}

export interface RefundState {
  /** The gateway's id of it. */
  readonly ref: string;
  readonly status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';
  readonly amount: number;
}

/** One payment of an app, as far as a gateway has to know it. */
export interface PaymentTarget {
  readonly appId: Uuid;
  readonly paymentId: Uuid;
  /** The connected account; empty: the app's own. */
  readonly account: string;
  readonly ref?: string | undefined;
  readonly amount: number;
  /** ISO 4217, small letters. */
  readonly currency: string;
  readonly capture: 'automatic' | 'manual';
}

/** A call that changes something: kept before it is made, and known to the gateway under its key. */
export interface Call {
  readonly target: PaymentTarget;
  /** Of the operation; the gateway is told of it where it keeps such notes. */
  readonly operation: Uuid;
  readonly key: string;
}

export interface OpenCall extends Call {
  readonly orderId: string;
  readonly userId?: string | undefined;
  /** The gateway's id of the customer. */
  readonly customer?: string | undefined;
  /** A kind of payment method in the gateway's words; absent: whatever its account offers. */
  readonly method?: string | undefined;
  readonly description?: string | undefined;
  /** Of the app's own; those of Signalbox come on top. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly setupFutureUsage?: 'on_session' | 'off_session' | undefined;
}

export interface ChargeCall extends Call {
  /** A saved payment method of the customer's, or a nonce that the app got from the gateway. */
  readonly method: { readonly kind: 'saved' | 'nonce'; readonly id: string };
  /** The customer is not there to prove who they are. */
  readonly offSession: boolean;
}

export interface CaptureCall extends Call {
  /** Absent: all that is reserved. */
  readonly amount?: number | undefined;
}

export interface CancelCall extends Call {
  readonly reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer' | 'abandoned' | undefined;
}

export interface RefundCall extends Call {
  /** Absent: all that is left. */
  readonly amount?: number | undefined;
  readonly reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer' | undefined;
}

/**
 * An operation whose outcome is unknown, with what is needed to make the call again. Opening is none: a payment that nobody was
 * told of takes no money.
 */
export type Unsettled = {
  /** Milliseconds since it was begun. */
  readonly ageMs: number;
  /** How often it was asked for, this time too. */
  readonly asked: number;
} & (
  | { readonly kind: 'charge'; readonly call: Call }
  | { readonly kind: 'capture'; readonly call: CaptureCall }
  | { readonly kind: 'cancel'; readonly call: CancelCall }
  | { readonly kind: 'refund'; readonly call: RefundCall }
);
export type OperationKind = 'open' | Unsettled['kind'];

/** What guards of a gateway count together: who waits for a sheet does not stand behind refunds. */
export type OperationClass = 'open' | 'charge' | 'settle' | 'read';
export const CLASS_OF = {
  open: 'open',
  charge: 'charge',
  capture: 'settle',
  cancel: 'settle',
  refund: 'settle',
} as const satisfies Record<OperationKind, OperationClass>;

/** What an app's sheet needs of its gateway to be shown; the routes put it into words of the SDKs. */
export interface SheetParts {
  readonly state: PaymentState;
  readonly secrets:
    | {
        readonly gateway: 'stripe';
        readonly publishableKey: string | undefined;
        readonly clientSecret: string;
        readonly customer: SheetCustomer | undefined;
      }
    | {
        readonly gateway: 'braintree';
        readonly clientToken: string;
        /** As its SDKs take it: `12.34`. */
        readonly amountDecimal: string;
      };
}

export interface SheetCall {
  readonly target: PaymentTarget;
  /** The gateway's id of the customer. */
  readonly customer?: string | undefined;
  /** The version of the API that the app's SDK speaks: it gets an ephemeral key instead of a session. */
  readonly ephemeralKeyVersion?: string | undefined;
}

/** A user for whom the gateway keeps payment methods. */
export interface CustomerCall {
  readonly appId: Uuid;
  readonly account: string;
  readonly userId: string;
  /** Told to the gateway when the customer is made. */
  readonly details: {
    readonly email?: string | undefined;
    readonly name?: string | undefined;
    readonly phone?: string | undefined;
  };
}

/**
 * A payment gateway. Whatever it does or does not do comes back as one of a closed union; nothing is thrown for it, and nothing is
 * repeated behind it: whoever calls keeps the operation, and has the janitor ask.
 */
export interface PaymentGateway {
  readonly name: GatewayName;
  /** Whether the app has keys for it, and whether they are of the app's live mode. */
  modeOf(appId: Uuid): Promise<{ readonly livemode: boolean } | undefined>;
  /** Milliseconds after which a call of the class is worth making; undefined: now. Asks nobody. */
  turnsAway(appId: Uuid, operation: OperationClass): number | undefined;
  /** Makes what a sheet pays; no money moves. A gateway that needs nothing made answers at once. */
  open(call: OpenCall): Promise<GatewayOutcome<PaymentState>>;
  /** Refuses a payment that was charged before, where each charge is a new one to the gateway. */
  charge(call: ChargeCall): Promise<GatewayOutcome<PaymentState>>;
  capture(call: CaptureCall): Promise<GatewayOutcome<PaymentState>>;
  cancel(call: CancelCall): Promise<GatewayOutcome<PaymentState>>;
  refund(call: RefundCall): Promise<GatewayOutcome<RefundState>>;
  read(target: PaymentTarget): Promise<ReadOutcome<PaymentState>>;
  /** Secrets of a sheet are made for one showing and never kept. */
  sheet(call: SheetCall): Promise<ReadOutcome<SheetParts>>;
  /** The customer that stands for a user: found or made. */
  customer(call: CustomerCall): Promise<GatewayOutcome<{ readonly ref: string }>>;
  /** Deletes the customer that stands for a user, with what is saved of them; `missing`: there is none, or none any more. */
  forget(person: Person): Promise<AccountOutcome<null>>;
  /** Customers, their payment methods and subscriptions, where it keeps them for us. */
  readonly accounts?: AccountGateway | undefined;
  /** Asks what became of an operation; may finish it under its key, and never lets money move that nobody waits for. */
  settle(operation: Unsettled): Promise<Settlement<PaymentState | RefundState>>;
}
