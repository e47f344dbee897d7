import { type DynamicModule, Module } from '@nestjs/common';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLetters } from './dead-letters.js';

/** Deliveries that were given up, and what is done about them. */
@Module({})
export class DeadLettersModule {
  static with(letters: DeadLetters): DynamicModule {
    return {
      module: DeadLettersModule,
      controllers: [DeadLettersController],
      providers: [{ provide: DeadLetters, useValue: letters }],
    };
  }
}
