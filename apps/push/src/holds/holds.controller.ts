import { Controller, Delete, Get } from '@nestjs/common';
import { holdParams, holdQuery, holdsAnswer, type HoldsAnswer, parseId } from '@signalbox/contracts';
import { allow, cached, Caller, Endpoint, type Principal, problems, ValidParams, ValidQuery } from '@signalbox/http';
import type { z } from 'zod';
import { appMeant, UNKNOWN_APP } from '../callers-apps.js';
import { HoldList } from './hold-list.js';

/** Credentials that wait because their provider said so. */
@Controller('/v1/holds')
export class HoldsController {
  constructor(private readonly holds: HoldList) {}

  @Get()
  @Endpoint({
    allow: allow.operatorOrScope('notifications:read'),
    summary: 'Credentials on hold: why, until when, and how much waits for them',
    tags: ['holds'],
    query: holdQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'All of them, the oldest first', schema: holdsAnswer }, 404: UNKNOWN_APP },
  })
  async list(@Caller() caller: Principal, @ValidQuery() { appId }: z.output<typeof holdQuery>): Promise<HoldsAnswer> {
    return { holds: await this.holds.list(appMeant(caller, appId)) };
  }

  @Delete('/:credentialId')
  @Endpoint({
    allow: allow.operatorOrScope('credentials:write'),
    summary: 'Lift a hold: what waits is sent at once. A new version of the credential lifts it by itself.',
    tags: ['holds'],
    params: holdParams,
    responses: { 204: { description: 'Lifted' }, 404: { description: 'This credential is not on hold' } },
  })
  async lift(@Caller() caller: Principal, @ValidParams() { credentialId }: z.output<typeof holdParams>): Promise<void> {
    const credential = parseId('credential', credentialId);
    if (credential === undefined || !(await this.holds.lift(appMeant(caller, undefined), credential)))
      throw problems.notFound(`there is no hold on ${credentialId}; GET /v1/holds lists them`);
  }
}
