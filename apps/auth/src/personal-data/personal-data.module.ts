import { type DynamicModule, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@signalbox/http';
import { Archives } from './archive.js';
import { AuditTrail } from './audit-trail.js';
import { DataRequestsController } from './data-requests.controller.js';
import { DataSubjectsController } from './data-subjects.controller.js';
import type { PersonalData } from './personal-data.js';
import { ReadsOfUsers } from './reads-of-users.interceptor.js';
import { RequestDesk } from './request-desk.js';
import { SecretsController } from './secrets.controller.js';

/** Erasure, export and audit of users' data, over HTTP, for operators and backends. */
@Module({})
export class PersonalDataModule {
  static with({ desk, archives, trail }: PersonalData): DynamicModule {
    return {
      module: PersonalDataModule,
      controllers: [DataSubjectsController, DataRequestsController, SecretsController],
      providers: [
        { provide: RequestDesk, useValue: desk },
        { provide: Archives, useValue: archives },
        { provide: AuditTrail, useValue: trail },
        { provide: APP_INTERCEPTOR, useValue: new ReadsOfUsers(trail, desk) },
      ],
    };
  }
}
