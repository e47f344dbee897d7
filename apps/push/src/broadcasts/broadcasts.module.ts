import { type DynamicModule, Module } from '@nestjs/common';
import { BroadcastDoor } from './broadcast-door.js';
import { Broadcasts } from './broadcasts.js';
import { BroadcastsController } from './broadcasts.controller.js';

/** One notification to many: taking it on, steering it, saying how far it is. broadcast.handler.ts takes it further. */
@Module({})
export class BroadcastsModule {
  static with(broadcasts: Broadcasts, door: BroadcastDoor): DynamicModule {
    return {
      module: BroadcastsModule,
      controllers: [BroadcastsController],
      providers: [
        { provide: Broadcasts, useValue: broadcasts },
        { provide: BroadcastDoor, useValue: door },
      ],
    };
  }
}
