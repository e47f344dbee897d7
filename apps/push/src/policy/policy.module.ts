import { type DynamicModule, Module } from '@nestjs/common';
import type { TokenAuthenticator } from '@signalbox/access';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { RegistrationRights } from '../devices/registration-rights.js';
import { CategoriesController } from './categories.controller.js';
import { Policies } from './policies.js';
import { PolicyController } from './policy.controller.js';
import { PreferencesController } from './preferences.controller.js';
import { Preferences } from './preferences.js';

/** What users are spared: the app's policy, and what each of them said. */
@Module({})
export class PolicyModule {
  static with(database: Database, envelope: Envelope, tokens: TokenAuthenticator): DynamicModule {
    return {
      module: PolicyModule,
      controllers: [PolicyController, CategoriesController, PreferencesController],
      providers: [
        { provide: Policies, useValue: new Policies(database) },
        { provide: Preferences, useValue: new Preferences(database) },
        { provide: RegistrationRights, useValue: new RegistrationRights(envelope, tokens) },
      ],
    };
  }
}
