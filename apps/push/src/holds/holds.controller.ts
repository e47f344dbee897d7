import { Controller, Delete, Get } from '@nestjs/common';
import {
  formatId,
  holdParams,
  holdQuery,
  holdsAnswer,
  type HoldsAnswer,
  type HoldView,
  parseId,
  type Uuid,
} from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { allow, Caller, Endpoint, type Principal, problems, ValidParams, ValidQuery } from '@signalbox/http';
import type { z } from 'zod';
import { appMeant } from '../callers-apps.js';
import { LIST_HOLDS } from './hold.queries.js';
import { liftHold } from './holds.js';

interface HoldRow {
  readonly credentialId: Uuid;
  readonly appId: Uuid;
  readonly provider: string;
  readonly scope: string;
  readonly reason: string;
  readonly since: Date;
  readonly until: Date;
  readonly held: boolean;
  readonly times: number;
  readonly waiting: number;
}

/** Credentials that wait because their provider said so. */
@Controller('/v1/holds')
export class HoldsController {
  constructor(private readonly database: Database) {}

  @Get()
  @Endpoint({
    allow: allow.operatorOrScope('notifications:read'),
    summary: 'Credentials on hold: why, until when, and how much waits for them',
    tags: ['holds'],
    query: holdQuery,
    responses: { 200: { description: 'All of them, the oldest first', schema: holdsAnswer } },
  })
  async list(@Caller() caller: Principal, @ValidQuery() { appId }: z.output<typeof holdQuery>): Promise<HoldsAnswer> {
    return { holds: (await this.read(appMeant(caller, appId))).map(view) };
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
    const mine = await this.read(appMeant(caller, undefined));
    const isMine = credential !== undefined && mine.some((hold) => hold.credentialId === credential);
    if (!isMine || !(await this.database.transaction((tx) => liftHold(tx, credential, 'lifted_by_hand')))) {
      throw problems.notFound(`there is no hold on ${credentialId}; GET /v1/holds lists them`);
    }
  }

  private async read(appId: Uuid | null): Promise<HoldRow[]> {
    return (await this.database.query<HoldRow>(LIST_HOLDS, [appId])).rows;
  }
}

function view({ credentialId, appId, since, until, held, ...rest }: HoldRow): HoldView {
  return {
    credentialId: formatId('credential', credentialId),
    appId: formatId('app', appId),
    since: since.toISOString(),
    until: until.toISOString(),
    state: held ? 'held' : 'probing',
    ...rest,
  };
}
