import { type DynamicModule, Module } from '@nestjs/common';
import { Quotas } from './quotas.js';
import { UsageController } from './usage.controller.js';

/** How much an app may send, and has sent. */
@Module({})
export class QuotasModule {
  static with(quotas: Quotas): DynamicModule {
    return {
      module: QuotasModule,
      controllers: [UsageController],
      providers: [{ provide: Quotas, useValue: quotas }],
    };
  }
}
