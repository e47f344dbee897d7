import { type DynamicModule, Module } from '@nestjs/common';
import type { ContentCipher, Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Publisher } from '@signalbox/queues';
import type { Role } from './config.js';
import { Payments } from './payments/payments.js';
import { PaymentsController } from './payments/payments.controller.js';
import { Replay } from './replay/replay.js';
import { StripeEventsController } from './replay/stripe-events.controller.js';
import { StripeEvents } from './replay/stripe-events.js';
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
}

/**
 * The payments service, read downhill: edge/ lets webhooks in and proves them with verify/, receive/ stores each once and
 * leaves work on its object, process/ works on it, read-stripe/ asks how an object is now, reconcile/ finds what was never
 * delivered, sources/ is what apps set up, replay/ the log of events and working on them again, payments/ what callers see of
 * it all. stripe-pipeline.ts joins the stages.
 */
@Module({})
export class AppModule {
  static with({ roles, database, envelope, cipher, known, publisher }: PaymentsParts): DynamicModule {
    return {
      module: AppModule,
      controllers: roles.has('api')
        ? [SourcesController, SecretsController, StripeEventsController, PaymentsController]
        : [],
      providers: [
        { provide: Sources, useValue: new Sources(database, envelope, known) },
        { provide: Secrets, useValue: new Secrets(database, envelope, known) },
        { provide: StripeEvents, useValue: new StripeEvents(database, cipher) },
        { provide: Replay, useValue: new Replay(database, publisher) },
        { provide: Payments, useValue: new Payments(database) },
      ],
    };
  }
}
