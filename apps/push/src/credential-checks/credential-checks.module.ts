import { type DynamicModule, Module } from '@nestjs/common';
import { CredentialChecksController } from './credential-checks.controller.js';
import { CredentialChecks } from './credential-checks.js';

/** Credentials, tried before they are needed. */
@Module({})
export class CredentialChecksModule {
  static with(checks: CredentialChecks): DynamicModule {
    return {
      module: CredentialChecksModule,
      controllers: [CredentialChecksController],
      providers: [{ provide: CredentialChecks, useValue: checks }],
    };
  }
}
