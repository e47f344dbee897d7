import { type DynamicModule, Module } from '@nestjs/common';
import type { Envelope } from '@signalbox/credentials';
import type { Database, PrismaClient } from '@signalbox/database';
import { AccountsModule } from './accounts/accounts.module.js';
import type { Accounts } from './accounts/accounts.js';
import { SignInAlerts } from './anomalies/alerts/sign-in-alerts.js';
import { SignInAlertsController } from './anomalies/alerts/sign-in-alerts.controller.js';
import { ApiKeyRegistry } from './api-keys/api-key-registry.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { KeyExchange } from './api-keys/key-exchange.js';
import { AppLimitDesk } from './app-limits/app-limit-desk.js';
import { AppLimitsController } from './app-limits/app-limits.controller.js';
import { AppRegistry } from './apps/app-registry.js';
import { AppsController } from './apps/apps.controller.js';
import { ClientRegistry } from './clients/client-registry.js';
import { ClientsController } from './clients/clients.controller.js';
import { CredentialVault } from './credentials/credential-vault.js';
import { CredentialsController } from './credentials/credentials.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { SigningKeys } from './keys/signing-keys.js';
import { MfaModule } from './mfa/mfa.module.js';
import type { PersonalData } from './personal-data/personal-data.js';
import { OperatorDesk } from './operators/operator-desk.js';
import { OperatorsController } from './operators/operators.controller.js';
import { MyDataModule } from './personal-data/my-data.module.js';
import { PersonalDataModule } from './personal-data/personal-data.module.js';
import { MySessionsController } from './sessions/my-sessions.controller.js';
import { SessionDesk } from './sessions/session-desk.js';
import { SettingsController } from './settings/settings.controller.js';
import { SettingsDesk } from './settings/settings-desk.js';
import type { SignInSide } from './sign-in-side.js';
import { TokenIssuers } from './token-issuers/token-issuers.js';
import { TokenIssuersController } from './token-issuers/token-issuers.controller.js';
import { UserDesk } from './users/user-desk.js';
import { UserinfoController } from './users/userinfo.controller.js';
import { UsersController } from './users/users.controller.js';

/** The auth service: who the apps are, what they show to their providers, which keys open them, and who their users are. */
@Module({})
export class AppModule {
  static with({
    prisma,
    database,
    envelope,
    signIn,
    accounts,
    personalData,
    exchange,
    tokenIssuers,
    operators,
  }: AuthParts): DynamicModule {
    const apps = new AppRegistry(prisma);
    return {
      module: AppModule,
      imports: [
        PersonalDataModule.with(personalData),
        MyDataModule.with(personalData),
        MfaModule.with(signIn.mfa),
        AccountsModule.with(accounts),
        signIn.social.module(apps),
      ],
      controllers: [
        AppsController,
        AppLimitsController,
        CredentialsController,
        ApiKeysController,
        ClientsController,
        SettingsController,
        KeysController,
        UsersController,
        UserinfoController,
        MySessionsController,
        SignInAlertsController,
        TokenIssuersController,
        OperatorsController,
      ],
      providers: [
        { provide: AppRegistry, useValue: apps },
        { provide: AppLimitDesk, useValue: new AppLimitDesk(database) },
        { provide: CredentialVault, useValue: new CredentialVault(prisma, envelope) },
        { provide: ApiKeyRegistry, useValue: new ApiKeyRegistry(prisma, envelope) },
        { provide: ClientRegistry, useValue: new ClientRegistry(prisma) },
        { provide: SettingsDesk, useValue: signIn.settings },
        { provide: SigningKeys, useValue: signIn.keys },
        { provide: SessionDesk, useValue: signIn.sessionDesk },
        { provide: UserDesk, useValue: signIn.users },
        { provide: SignInAlerts, useValue: signIn.anomalies.alerts },
        { provide: KeyExchange, useValue: exchange },
        { provide: TokenIssuers, useValue: tokenIssuers },
        { provide: OperatorDesk, useValue: operators },
      ],
    };
  }
}

export interface AuthParts {
  readonly prisma: PrismaClient;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly signIn: SignInSide;
  readonly accounts: Accounts;
  readonly personalData: PersonalData;
  readonly exchange: KeyExchange;
  readonly tokenIssuers: TokenIssuers;
  readonly operators: OperatorDesk;
}
