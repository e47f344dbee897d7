import { type DynamicModule, Module } from '@nestjs/common';
import { AppRegistry } from '../apps/app-registry.js';
import { Identities } from './linking/identities.js';
import { IdentitiesController } from './linking/identities.controller.js';
import { NativeAccounts } from './native/native-accounts.js';
import { NativeController } from './native/native.controller.js';
import { NativeSignIn } from './native/native-sign-in.js';
import { ProviderStore } from './providers/provider-store.js';
import { OWN_ISSUER, ProvidersController } from './providers/providers.controller.js';

export interface SocialModuleParts {
  readonly apps: AppRegistry;
  readonly issuer: string;
  readonly providers: ProviderStore;
  readonly native: NativeSignIn;
  readonly accounts: NativeAccounts;
  readonly identities: Identities;
}

/** The JSON routes of signing in with somebody else: which providers an app has, and which identities a user. */
@Module({})
export class SocialModule {
  static with({ apps, issuer, providers, native, accounts, identities }: SocialModuleParts): DynamicModule {
    return {
      module: SocialModule,
      controllers: [ProvidersController, NativeController, IdentitiesController],
      providers: [
        { provide: AppRegistry, useValue: apps },
        { provide: OWN_ISSUER, useValue: issuer },
        { provide: ProviderStore, useValue: providers },
        { provide: NativeSignIn, useValue: native },
        { provide: NativeAccounts, useValue: accounts },
        { provide: Identities, useValue: identities },
      ],
    };
  }
}
