import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@signalbox/database';
import { CheckBook } from '@signalbox/synthetic-checks';
import { SyntheticChecksController } from './synthetic-checks.controller.js';

/** What came of trying credentials by the clock, and who may have one tried now. */
@Module({})
export class SyntheticChecksModule {
  static with(database: Database): DynamicModule {
    return {
      module: SyntheticChecksModule,
      controllers: [SyntheticChecksController],
      providers: [{ provide: CheckBook, useValue: new CheckBook(database) }],
    };
  }
}
