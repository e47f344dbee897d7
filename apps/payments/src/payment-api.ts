import type { CredentialReader } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { AccountGateways } from './accounts/account-gateways.js';
import { Customers } from './accounts/customers.js';
import { SubscriptionBook } from './accounts/subscription-book.js';
import { subscriptionOutcomes } from './accounts/subscription-outcomes.js';
import { SubscriptionPerformer } from './accounts/subscription-performer.js';
import { Subscriptions } from './accounts/subscriptions.js';
import type { PaymentGateway } from './gateway/gateway.js';
import { Gateways } from './gateway/gateways.js';
import type { BraintreeGateway } from './gateway/braintree/braintree-gateway.js';
import { StripeCustomers } from './gateway/stripe/stripe-customers.js';
import { StripeGateway } from './gateway/stripe/stripe-gateway.js';
import { StripeWrites } from './gateway/stripe/stripe-writes.js';
import { Operations } from './orders/operations.js';
import { orderOutcomes } from './orders/order-outcomes.js';
import { Orders } from './orders/orders.js';
import { Janitor } from './outcomes/janitor.js';
import { PaymentActions } from './payments/payment-actions.js';
import type { Refetch } from './process/refetch.js';
import { type CallLog } from './read-stripe/call-log.js';
import { StripeCalls } from './read-stripe/stripe-calls.js';
import { StripeClients } from './read-stripe/stripe-clients.js';
import { Settings } from './settings/settings.js';
import { PaymentSheets } from './sheets/payment-sheets.js';
import { SetupSheets } from './sheets/setup-sheets.js';

export interface PaymentApiOptions {
  readonly database: Database;
  readonly credentials: CredentialReader;
  readonly callLog: CallLog;
  /** How what a call changed comes into our state. */
  readonly refetch: Refetch;
  readonly braintree: BraintreeGateway;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * The way of a call about money inside one process, without HTTP: orders keep what is to be done, operations call a gateway, the
 * janitor asks for what a gateway did not say.
 */
export class PaymentApi {
  readonly settings: Settings;
  readonly sheets: PaymentSheets;
  readonly actions: PaymentActions;
  readonly setupSheets: SetupSheets;
  readonly customers: Customers;
  readonly subscriptions: Subscriptions;
  /** All that this process can call. */
  readonly gateways: readonly PaymentGateway[];
  /** They ask for what a gateway did not say. */
  readonly janitors: readonly Janitor[];
  /** The one way to Stripe. */
  readonly calls: StripeCalls;

  constructor({ database, credentials, callLog, refetch, braintree, logger, metrics }: PaymentApiOptions) {
    const clients = new StripeClients(database, credentials);
    const writes = new StripeWrites(clients, callLog);
    this.calls = new StripeCalls(clients, callLog, 'read');
    const stripe = new StripeGateway(clients, writes, this.calls, new StripeCustomers(database, writes));
    this.gateways = [stripe, braintree];
    const gateways = new Gateways(this.gateways);
    const orders = new Orders(database);
    const operations = new Operations(database, gateways);
    this.settings = new Settings(database);
    this.sheets = new PaymentSheets({ orders, operations, gateways, settings: this.settings });
    this.actions = new PaymentActions(orders, operations);
    const accounts = new AccountGateways(gateways, this.settings);
    const book = new SubscriptionBook(database);
    const performer = new SubscriptionPerformer(book, accounts, refetch);
    this.setupSheets = new SetupSheets(accounts, this.settings);
    this.customers = new Customers(accounts);
    this.subscriptions = new Subscriptions({
      sql: database,
      book,
      performer,
      gateways: accounts,
      settings: this.settings,
    });
    const parts = { database, logger, metrics };
    this.janitors = [
      new Janitor(orderOutcomes(database, gateways), parts),
      new Janitor(subscriptionOutcomes(performer, accounts), parts),
    ];
  }

  /** Ends connections to the gateways, and with them what is under way there. */
  close(): void {
    this.calls.close();
  }
}
