import { type DynamicModule, Module } from '@nestjs/common';
import { SchedulesController } from './schedules.controller.js';
import { Schedules } from './schedules.js';

/** Notifications that are sent again and again. */
@Module({})
export class SchedulesModule {
  static with(schedules: Schedules): DynamicModule {
    return {
      module: SchedulesModule,
      controllers: [SchedulesController],
      providers: [{ provide: Schedules, useValue: schedules }],
    };
  }
}
