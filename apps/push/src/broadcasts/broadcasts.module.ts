import { type DynamicModule, Module } from '@nestjs/common';
import { Flags } from '@signalbox/flags';
import { Broadcasts } from './broadcasts.js';
import { BroadcastsController } from './broadcasts.controller.js';

/** One notification to many: taking it on, steering it, saying how far it is. broadcast.handler.ts takes it further. */
@Module({})
export class BroadcastsModule {
  static with(broadcasts: Broadcasts, flags: Flags): DynamicModule {
    return {
      module: BroadcastsModule,
      controllers: [BroadcastsController],
      providers: [
        { provide: Broadcasts, useValue: broadcasts },
        { provide: Flags, useValue: flags },
      ],
    };
  }
}
