import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@signalbox/database';
import type { Publisher } from '@signalbox/queues';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { Deliveries } from './deliveries/deliveries.js';
import { Resend } from './deliveries/resend.js';
import { EndpointsController } from './endpoints/endpoints.controller.js';
import { Endpoints } from './endpoints/endpoints.js';
import { RecoverController } from './recover/recover.controller.js';
import { Recoveries } from './recover/recoveries.js';
import { Rotation } from './secrets/rotation.js';
import { SecretsController } from './secrets/secrets.controller.js';
import type { Secrets } from './secrets/secrets.js';
import { WebhookSettings } from './webhook-settings.js';

export interface WebhookParts {
  readonly database: Database;
  readonly publisher: Publisher;
  readonly secrets: Secrets;
  readonly settings: WebhookSettings;
}

/** Webhooks over HTTP: endpoints and their secrets, what became of deliveries, and sending again. */
@Module({})
export class WebhooksModule {
  static with({ database, publisher, secrets, settings }: WebhookParts): DynamicModule {
    return {
      module: WebhooksModule,
      controllers: [EndpointsController, SecretsController, DeliveriesController, RecoverController],
      providers: [
        { provide: WebhookSettings, useValue: settings },
        { provide: Endpoints, useValue: new Endpoints(database, secrets, publisher) },
        { provide: Rotation, useValue: new Rotation(database, secrets) },
        { provide: Deliveries, useValue: new Deliveries(database) },
        { provide: Resend, useValue: new Resend(database, publisher) },
        { provide: Recoveries, useValue: new Recoveries(database, publisher) },
      ],
    };
  }
}
