import { Controller, Get } from '@nestjs/common';
import { type UsageAnswer, usageAnswer, usageQuery } from '@signalbox/contracts';
import { allow, Caller, Endpoint, type Principal, problems, ValidQuery } from '@signalbox/http';
import type { z } from 'zod';
import { appMeant } from '../callers-apps.js';
import { Quotas } from './quotas.js';

/** What an app has used of what it may. */
@Controller('/v1/usage')
export class UsageController {
  constructor(private readonly quotas: Quotas) {}

  @Get()
  @Endpoint({
    allow: allow.operatorOrScope('notifications:read'),
    summary: 'How many notifications an app sent today and this month, and how many it may',
    tags: ['notifications'],
    query: usageQuery,
    responses: {
      200: {
        description: 'Too high by up to a lot for each process, until ten seconds after its last use',
        schema: usageAnswer,
      },
      404: { description: 'No such app, or not for this key' },
    },
  })
  async read(@Caller() caller: Principal, @ValidQuery() { appId }: z.output<typeof usageQuery>): Promise<UsageAnswer> {
    const app = appMeant(caller, appId);
    if (app !== null) return this.quotas.usageOf(app);
    throw problems.invalid([{ in: 'query', pointer: '/appId', reason: 'names the app; an operator has none' }]);
  }
}
