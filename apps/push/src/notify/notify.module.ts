import { type DynamicModule, Module } from '@nestjs/common';
import { NotificationsController } from './notifications.controller.js';
import { Notifications } from './notifications.js';

/** Taking notifications on, and saying what became of them. */
@Module({})
export class NotifyModule {
  static with(notifications: Notifications): DynamicModule {
    return {
      module: NotifyModule,
      controllers: [NotificationsController],
      providers: [{ provide: Notifications, useValue: notifications }],
    };
  }
}
