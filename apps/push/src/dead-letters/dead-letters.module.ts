import { type DynamicModule, Module } from '@nestjs/common';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLetters } from './dead-letters.js';
import { LetterRuns } from './runs/letter-runs.js';
import { RunsController } from './runs/runs.controller.js';

/** Deliveries that were given up, and what is done about them. */
@Module({})
export class DeadLettersModule {
  static with(letters: DeadLetters, runs: LetterRuns): DynamicModule {
    return {
      module: DeadLettersModule,
      controllers: [RunsController, DeadLettersController],
      providers: [
        { provide: DeadLetters, useValue: letters },
        { provide: LetterRuns, useValue: runs },
      ],
    };
  }
}
