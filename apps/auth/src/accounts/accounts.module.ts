import { type DynamicModule, Module } from '@nestjs/common';
import type { Accounts } from './accounts.js';
import { MeController } from './me/me.controller.js';
import { OwnAccount } from './own-account.js';
import { Verification } from './verification.js';

/** The routes of users for their own accounts. */
@Module({})
export class AccountsModule {
  static with(accounts: Accounts): DynamicModule {
    return {
      module: AccountsModule,
      controllers: [MeController],
      providers: [
        { provide: OwnAccount, useValue: accounts.own },
        { provide: Verification, useValue: accounts.verification },
      ],
    };
  }
}
