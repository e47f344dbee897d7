import { Module } from '@nestjs/common';

/** The console has pages, and forwards dead letters: both are mounted in service.ts, behind the session gate. */
@Module({})
export class AppModule {}
