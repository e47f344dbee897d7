import { type DynamicModule, Module } from '@nestjs/common';
import type { Envelope } from '@signalbox/credentials';
import type { PrismaClient } from '@signalbox/database';
import { ApiKeyRegistry } from './api-keys/api-key-registry.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { AppRegistry } from './apps/app-registry.js';
import { AppsController } from './apps/apps.controller.js';
import { CredentialVault } from './credentials/credential-vault.js';
import { CredentialsController } from './credentials/credentials.controller.js';

/** The auth service: who the apps are, what they show to their providers, and which keys open them. */
@Module({})
export class AppModule {
  static with(prisma: PrismaClient, envelope: Envelope): DynamicModule {
    return {
      module: AppModule,
      controllers: [AppsController, CredentialsController, ApiKeysController],
      providers: [
        { provide: AppRegistry, useValue: new AppRegistry(prisma) },
        { provide: CredentialVault, useValue: new CredentialVault(prisma, envelope) },
        { provide: ApiKeyRegistry, useValue: new ApiKeyRegistry(prisma, envelope) },
      ],
    };
  }
}
