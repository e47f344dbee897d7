import { type DynamicModule, Module } from '@nestjs/common';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Role } from './config.js';
import { DevicesModule } from './devices/devices.module.js';
import type { Notifications } from './notify/notifications.js';
import { NotifyModule } from './notify/notify.module.js';

export interface AppParts {
  readonly roles: ReadonlySet<Role>;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly notifications: Notifications;
}

/**
 * The push service, read downhill:
 * notify/ takes a notification on, route/ finds its devices, deliver/ sends it through providers/, devices/ is the
 * registry behind them. push-pipeline.ts joins the stages.
 */
@Module({})
export class AppModule {
  static with({ roles, database, envelope, notifications }: AppParts): DynamicModule {
    const http = roles.has('api') ? [NotifyModule.with(notifications), DevicesModule.with(database, envelope)] : [];
    return { module: AppModule, imports: http };
  }
}
