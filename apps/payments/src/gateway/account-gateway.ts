import type { SheetCustomer, Uuid } from '@signalbox/contracts';
import type { GatewayOutcome, ReadOutcome } from './outcome.js';
import type { SubscriptionGateway } from './subscription-gateway.js';

/** One user of an app, for whom a gateway keeps a customer. */
export interface Person {
  readonly appId: Uuid;
  /** The connected account; empty: the app's own. */
  readonly account: string;
  readonly userId: string;
}

export interface Contact {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
}

/** A customer as the gateway has it. */
export interface CustomerState extends Contact {
  readonly ref: string;
  readonly defaultMethod?: string | undefined;
  readonly createdAt: Date;
}

export interface SavedMethod {
  readonly ref: string;
  readonly kind: string;
  readonly brand?: string | undefined;
  readonly last4?: string | undefined;
  readonly expiry?: { readonly month: number; readonly year: number } | undefined;
  readonly isDefault: boolean;
}

/** `missing`: the user has no such customer, or the customer no such payment method. */
export type AccountOutcome<Value> = GatewayOutcome<Value> | { readonly kind: 'missing' };

export interface SetUpCall {
  readonly appId: Uuid;
  readonly account: string;
  readonly key: string;
  /** The gateway's id of the customer. */
  readonly customer: string;
  readonly userId?: string | undefined;
  readonly usage: 'on_session' | 'off_session';
  readonly method?: string | undefined;
  readonly description?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly ephemeralKeyVersion?: string | undefined;
}

/** What a sheet needs in which a customer enters what is kept for later. */
export interface SetUpParts {
  readonly ref: string;
  readonly publishableKey: string | undefined;
  readonly clientSecret: string;
  readonly customer: SheetCustomer;
}

/** The part of a gateway that keeps customers. What it holds of them is never kept by us. */
export interface AccountGateway {
  /** Makes the customer that stands for a user, or changes it. */
  keep(person: Person, contact: Contact): Promise<GatewayOutcome<CustomerState>>;
  find(person: Person): Promise<ReadOutcome<CustomerState>>;
  /** The gateway ends the customer's subscriptions, too. One that is gone already is done. */
  remove(person: Person): Promise<AccountOutcome<null>>;
  methods(person: Person): Promise<ReadOutcome<readonly SavedMethod[]>>;
  /** What is paid with unless something else is named. */
  prefer(person: Person, method: string): Promise<AccountOutcome<null>>;
  detach(person: Person, method: string): Promise<AccountOutcome<null>>;
  /** Moves no money. Secrets of a sheet are made for one showing and never kept. */
  setUp(call: SetUpCall): Promise<GatewayOutcome<SetUpParts>>;
  readonly subscriptions?: SubscriptionGateway | undefined;
}
