import { type DynamicModule, Module } from '@nestjs/common';
import type { TemplateDocument } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { TemplatesController } from './templates.controller.js';
import { Templates } from './templates.js';

/** What notifications are made of: documents with versions, languages and parameters. */
@Module({})
export class TemplatesModule {
  static with(database: Database, builtIn: ReadonlyMap<string, TemplateDocument>): DynamicModule {
    return {
      module: TemplatesModule,
      controllers: [TemplatesController],
      providers: [{ provide: Templates, useValue: new Templates(database, builtIn) }],
    };
  }
}
