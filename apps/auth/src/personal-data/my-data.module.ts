import { type DynamicModule, Module } from '@nestjs/common';
import { Archives } from './archive.js';
import { AuditTrail } from './audit-trail.js';
import { MyDataController } from './my-data.controller.js';
import type { PersonalData } from './personal-data.js';
import { RequestDesk } from './request-desk.js';

/** The same for users themselves: a service that has it knows users by their tokens, and who of them has a second factor. */
@Module({})
export class MyDataModule {
  static with({ desk, archives, trail }: PersonalData): DynamicModule {
    return {
      module: MyDataModule,
      controllers: [MyDataController],
      providers: [
        { provide: RequestDesk, useValue: desk },
        { provide: Archives, useValue: archives },
        { provide: AuditTrail, useValue: trail },
      ],
    };
  }
}
