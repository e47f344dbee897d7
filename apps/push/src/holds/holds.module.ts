import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@signalbox/database';
import { HoldList } from './hold-list.js';
import { HoldsController } from './holds.controller.js';

/** Credentials that wait, and who may end their waiting. */
@Module({})
export class HoldsModule {
  static with(database: Database): DynamicModule {
    return {
      module: HoldsModule,
      controllers: [HoldsController],
      providers: [{ provide: HoldList, useValue: new HoldList(database) }],
    };
  }
}
