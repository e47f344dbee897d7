import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@signalbox/database';
import { AppFeed } from './feed/app-feed.js';
import { FeedController } from './feed/feed.controller.js';

/** The events service: the log, read in commit order. */
@Module({})
export class AppModule {
  static with(database: Database): DynamicModule {
    return {
      module: AppModule,
      controllers: [FeedController],
      providers: [{ provide: AppFeed, useValue: new AppFeed(database) }],
    };
  }
}
