import { type DynamicModule, Module } from '@nestjs/common';
import { AppFeed } from './feed/app-feed.js';
import { FeedController } from './feed/feed.controller.js';
import { type WebhookParts, WebhooksModule } from './webhooks.module.js';

/**
 * The events service, read downhill: feed/ is the log in commit order. For webhooks fan-out/ takes events of the feed on,
 * deliver/ posts them through libs/egress, endpoints/ and secrets/ are what apps set up, deliveries/ what became of events,
 * recover/ goes back. webhook-pipeline.ts joins the stages.
 */
@Module({})
export class AppModule {
  static with(webhooks: WebhookParts): DynamicModule {
    return {
      module: AppModule,
      imports: [WebhooksModule.with(webhooks)],
      controllers: [FeedController],
      providers: [{ provide: AppFeed, useValue: new AppFeed(webhooks.database) }],
    };
  }
}
