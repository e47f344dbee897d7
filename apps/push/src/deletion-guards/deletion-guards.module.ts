import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@signalbox/database';
import { DeletionGuardsController } from './deletion-guards.controller.js';
import { GuardDesk } from './guard-desk.js';

/** What operators see of the deletion guards, and how they release one. */
@Module({})
export class DeletionGuardsModule {
  static with(database: Database): DynamicModule {
    return {
      module: DeletionGuardsModule,
      controllers: [DeletionGuardsController],
      providers: [{ provide: GuardDesk, useValue: new GuardDesk(database) }],
    };
  }
}
