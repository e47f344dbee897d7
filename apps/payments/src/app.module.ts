import { type DynamicModule, Module } from '@nestjs/common';
import type { ContentCipher, Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Publisher } from '@signalbox/queues';
import { Customers } from './accounts/customers.js';
import { CustomersController } from './accounts/customers.controller.js';
import { Subscriptions } from './accounts/subscriptions.js';
import { SubscriptionsController } from './accounts/subscriptions.controller.js';
import type { Role } from './config.js';
import { CredentialChecks } from './credential-checks/credential-checks.js';
import { CredentialChecksController } from './credential-checks/credential-checks.controller.js';
import { BraintreeChallengeController } from './gateway/braintree/webhooks/braintree-challenge.controller.js';
import { BraintreeEdge } from './gateway/braintree/webhooks/braintree-edge.js';
import { Ledger } from './ledger/ledger.js';
import { LedgerController } from './ledger/ledger.controller.js';
import type { PaymentApi } from './payment-api.js';
import { PaymentActionsController } from './payments/payment-actions.controller.js';
import { PaymentActions } from './payments/payment-actions.js';
import { MyPaymentsController } from './payments/my-payments.controller.js';
import { Payments } from './payments/payments.js';
import { PaymentsController } from './payments/payments.controller.js';
import { Discard } from './replay/discard.js';
import { Replay } from './replay/replay.js';
import { StripeEventsController } from './replay/stripe-events.controller.js';
import { StripeEvents } from './replay/stripe-events.js';
import { SettingsController } from './settings/settings.controller.js';
import { Settings } from './settings/settings.js';
import { PaymentSheetsController } from './sheets/payment-sheets.controller.js';
import { PaymentSheets } from './sheets/payment-sheets.js';
import { SetupSheetsController } from './sheets/setup-sheets.controller.js';
import { SetupSheets } from './sheets/setup-sheets.js';
import type { KnownSources } from './sources/known-sources.js';
import { SecretsController } from './sources/secrets.controller.js';
import { Secrets } from './sources/secrets.js';
import { SourcesController } from './sources/sources.controller.js';
import { Sources } from './sources/sources.js';

export interface PaymentsParts {
  readonly roles: ReadonlySet<Role>;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly cipher: ContentCipher;
  readonly known: KnownSources;
  readonly publisher: Publisher;
  readonly api: PaymentApi;
  readonly braintree: BraintreeEdge;
  readonly credentialChecks: CredentialChecks;
}

/**
 * The payments service, read downhill: edge/ lets webhooks in and proves them with verify/, receive/ stores each once and
 * leaves work on its object, process/ works on it, read-stripe/ asks how an object is now, reconcile/ finds what was never
 * delivered, sources/ is what apps set up, replay/ the log of events and working on them again, payments/ what callers see of
 * it all and do to it, credential-checks/ try keys by reading, ledger/ the double entry of what moved money. stripe-pipeline.ts joins the stages.
 *
 * What callers do: sheets/ and payments/ ask orders/, which keeps it and lets one thing at a time happen to an order; accounts/ is
 * customers, what they pay with and subscriptions; gateway/ is who does it. payment-api.ts joins them.
 */
@Module({})
export class AppModule {
  static with({
    roles,
    database,
    envelope,
    cipher,
    known,
    publisher,
    api,
    braintree,
    credentialChecks,
  }: PaymentsParts): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        ...(roles.has('edge') ? [BraintreeChallengeController] : []),
        ...(roles.has('api')
          ? [
              SourcesController,
              SecretsController,
              StripeEventsController,
              PaymentsController,
              MyPaymentsController,
              PaymentActionsController,
              LedgerController,
              PaymentSheetsController,
              SettingsController,
              SetupSheetsController,
              CustomersController,
              SubscriptionsController,
              CredentialChecksController,
            ]
          : []),
      ],
      providers: [
        { provide: Sources, useValue: new Sources(database, envelope, known) },
        { provide: Secrets, useValue: new Secrets(database, envelope, known) },
        { provide: StripeEvents, useValue: new StripeEvents(database, cipher) },
        { provide: Discard, useValue: new Discard(database) },
        { provide: Replay, useValue: new Replay(database, publisher) },
        { provide: BraintreeEdge, useValue: braintree },
        { provide: Payments, useValue: new Payments(database) },
        { provide: PaymentActions, useValue: api.actions },
        { provide: PaymentSheets, useValue: api.sheets },
        { provide: Settings, useValue: api.settings },
        { provide: Ledger, useValue: new Ledger(database) },
        { provide: SetupSheets, useValue: api.setupSheets },
        { provide: Customers, useValue: api.customers },
        { provide: CredentialChecks, useValue: credentialChecks },
        { provide: Subscriptions, useValue: api.subscriptions },
      ],
    };
  }
}
