import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@signalbox/database';
import { BreakerDesk } from './breaker-desk.js';
import { BreakersController } from './breakers.controller.js';

/** How breakers stand, and who may move them. */
@Module({})
export class BreakersModule {
  static with(database: Database): DynamicModule {
    return {
      module: BreakersModule,
      controllers: [BreakersController],
      providers: [{ provide: BreakerDesk, useValue: new BreakerDesk(database) }],
    };
  }
}
