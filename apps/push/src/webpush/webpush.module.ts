import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@signalbox/database';
import { PublicKeys } from './public-keys.js';
import { WebPushController } from './webpush.controller.js';

/** Browsers, before they are registered as devices. */
@Module({})
export class WebPushModule {
  static with(database: Database): DynamicModule {
    return {
      module: WebPushModule,
      controllers: [WebPushController],
      providers: [{ provide: PublicKeys, useValue: new PublicKeys(database) }],
    };
  }
}
