import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@signalbox/database';
import { DeviceRegistry } from '../devices/device-registry.js';
import { Attributes } from './attributes.js';
import { AttributesController } from './attributes.controller.js';
import { Segments } from './segments.js';
import { SegmentsController } from './segments.controller.js';
import { Topics } from './topics.js';
import { TopicsController } from './topics.controller.js';

/** Whom a broadcast can be for: topics that phones subscribe to, and segments of what is known of phones and users. */
@Module({})
export class AudiencesModule {
  static with(database: Database): DynamicModule {
    return {
      module: AudiencesModule,
      controllers: [TopicsController, AttributesController, SegmentsController],
      providers: [
        { provide: Topics, useValue: new Topics(database) },
        { provide: Attributes, useValue: new Attributes(database) },
        { provide: Segments, useValue: new Segments(database) },
        { provide: DeviceRegistry, useValue: new DeviceRegistry(database) },
      ],
    };
  }
}
