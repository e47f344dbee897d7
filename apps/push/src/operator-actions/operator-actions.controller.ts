import { Controller, HttpCode, Post } from '@nestjs/common';
import { type OperatorAction, operatorAction } from '@signalbox/contracts';
import { allow, Endpoint, ValidBody } from '@signalbox/http';
import { OperatorActions } from './operator-actions.js';

/** The console's diary. */
@Controller('/v1/operator-actions')
export class OperatorActionsController {
  constructor(private readonly actions: OperatorActions) {}

  @Post()
  @HttpCode(204)
  @Endpoint({
    allow: allow.operator(),
    summary: 'Write down what an operator did in the console, as a fact of the event log',
    tags: ['operators'],
    body: operatorAction,
    responses: { 204: { description: 'It is in the log' } },
  })
  write(@ValidBody() action: OperatorAction): Promise<void> {
    return this.actions.write(action);
  }
}
