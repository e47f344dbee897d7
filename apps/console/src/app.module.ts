import { Module } from '@nestjs/common';

/** The console has pages instead of an API: they are mounted in service.ts, behind the session gate. */
@Module({})
export class AppModule {}
