import { type DynamicModule, Module } from '@nestjs/common';
import type { TokenAuthenticator } from '@signalbox/access';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { RegistrationRights } from '../devices/registration-rights.js';
import { ReceiptsController } from './receipts.controller.js';
import { Receipts } from './receipts.js';

/** What phones say of notifications: received, opened, dismissed. */
@Module({})
export class ReceiptsModule {
  static with(database: Database, envelope: Envelope, tokens: TokenAuthenticator): DynamicModule {
    return {
      module: ReceiptsModule,
      controllers: [ReceiptsController],
      providers: [
        { provide: Receipts, useValue: new Receipts(database) },
        { provide: RegistrationRights, useValue: new RegistrationRights(envelope, tokens) },
      ],
    };
  }
}
