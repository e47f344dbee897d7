import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@signalbox/database';
import { OperatorActions } from './operator-actions.js';
import { OperatorActionsController } from './operator-actions.controller.js';

/** What operators did in the console, for whoever asks later. */
@Module({})
export class OperatorActionsModule {
  static with(database: Database): DynamicModule {
    return {
      module: OperatorActionsModule,
      controllers: [OperatorActionsController],
      providers: [{ provide: OperatorActions, useValue: new OperatorActions(database) }],
    };
  }
}
