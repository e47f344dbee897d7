import { type DynamicModule, Module } from '@nestjs/common';
import type { TokenAuthenticator } from '@signalbox/access';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { DeviceRegistry } from './device-registry.js';
import { DevicesController } from './devices.controller.js';
import { RegistrationRights } from './registration-rights.js';
import { RestoreController } from './restore.controller.js';
import { RestoreDevices } from './restore-devices.js';

/** Which phones there are, and who may say so. */
@Module({})
export class DevicesModule {
  static with(database: Database, envelope: Envelope, tokens: TokenAuthenticator): DynamicModule {
    return {
      module: DevicesModule,
      controllers: [DevicesController, RestoreController],
      providers: [
        { provide: DeviceRegistry, useValue: new DeviceRegistry(database) },
        { provide: RestoreDevices, useValue: new RestoreDevices(database) },
        { provide: RegistrationRights, useValue: new RegistrationRights(envelope, tokens) },
      ],
    };
  }
}
