import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@signalbox/database';
import { CategoriesController } from './categories.controller.js';
import { Categories } from './categories.js';

/** What is special about some kinds of notifications. */
@Module({})
export class CategoriesModule {
  static with(database: Database): DynamicModule {
    return {
      module: CategoriesModule,
      controllers: [CategoriesController],
      providers: [{ provide: Categories, useValue: new Categories(database) }],
    };
  }
}
