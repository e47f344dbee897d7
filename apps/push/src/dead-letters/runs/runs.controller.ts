import { Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import {
  deadLetterRunPage,
  deadLetterRunParams,
  deadLetterRunRequest,
  type DeadLetterRunRequest,
  deadLetterRunsQuery,
  deadLetterRunView,
  type DeadLetterRunView,
  formatId,
  type Page,
  parseId,
  stopRunRequest,
  timeOfUuid,
  type Uuid,
} from '@signalbox/contracts';
import {
  allow,
  cached,
  Caller,
  Endpoint,
  type Principal,
  problems,
  ReplyHead,
  ValidBody,
  ValidParams,
  ValidQuery,
} from '@signalbox/http';
import type { z } from 'zod';
import { appMeant, UNKNOWN_APP } from '../../callers-apps.js';
import { LetterRuns } from './letter-runs.js';
import { viewRun } from './run-row.js';

const READ = allow.operatorOrScope('notifications:read');
const WRITE = allow.operatorOrScope('notifications:write');
const NOT_FOUND = { description: 'No such run, or not of this app' };
const TAGS = ['dead letters'];
const EXAMPLE = formatId('deadLetterRun', '00000000-0000-7000-8000-000000000000');
const DAY_MS = 24 * 3_600_000;
type ById = z.output<typeof deadLetterRunParams>;

/** Dead letters by the thousand: replayed at a pace or discarded, followed while it goes on, and stopped. */
@Controller('/v1/dead-letters/runs')
export class RunsController {
  constructor(private readonly runs: LetterRuns) {}

  @Get()
  @Endpoint({
    allow: READ,
    summary: 'Runs over dead letters, the newest first',
    tags: TAGS,
    query: deadLetterRunsQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page', schema: deadLetterRunPage }, 404: UNKNOWN_APP },
  })
  list(
    @Caller() caller: Principal,
    @ValidQuery() { appId, after, limit }: z.output<typeof deadLetterRunsQuery>,
  ): Promise<Page<DeadLetterRunView>> {
    return this.runs.list(appMeant(caller, appId), after, limit);
  }

  @Get('/:id')
  @Endpoint({
    allow: READ,
    summary: 'How far a run over dead letters is',
    tags: TAGS,
    params: deadLetterRunParams,
    cache: cached.revalidated,
    responses: { 200: { description: 'The run', schema: deadLetterRunView }, 404: NOT_FOUND },
  })
  async get(@Caller() caller: Principal, @ValidParams() { id }: ById): Promise<DeadLetterRunView> {
    return found(id, await this.runs.find(appMeant(caller, undefined), uuidOf(id)));
  }

  @Put('/:id')
  @HttpCode(202)
  @Endpoint({
    allow: WRITE,
    summary:
      'Replay all open dead letters of a selection at a pace, or discard them; it can be followed and stopped. ' +
      'The id is made by the caller, and repeating the call starts nothing twice.',
    tags: TAGS,
    params: deadLetterRunParams,
    body: deadLetterRunRequest,
    responses: {
      202: { description: 'It has begun, now or before', schema: deadLetterRunView },
      404: UNKNOWN_APP,
      409: { description: 'The id is taken, or the same is under way for the same letters' },
    },
  })
  async start(
    @Caller() caller: Principal,
    @ValidParams() { id }: ById,
    @ValidBody() request: DeadLetterRunRequest,
    @ReplyHead() reply: ReplyHead,
  ): Promise<DeadLetterRunView> {
    const uuid = parseId('deadLetterRun', id);
    // Lists are in the order of ids, so an id must tell when it was made.
    if (uuid === undefined || Math.abs(timeOfUuid(uuid) - Date.now()) > DAY_MS)
      throw problems.invalid([
        { pointer: '/id', reason: 'must be dlr_ and a new UUIDv7 in base32, as TypeIDs are made' },
      ]);
    const appId = appMeant(caller, request.appId);
    if (appId === null)
      throw problems.invalid([{ pointer: '/appId', reason: 'must name the app whose letters are meant' }]);
    const started = await this.runs.start({ id: uuid, appId, request, startedBy: nameOf(caller, request.startedBy) });
    switch (started.kind) {
      case 'repeated':
        reply.header('Idempotency-Replayed', 'true');
        return viewRun(started.run);
      case 'started':
        return viewRun(started.run);
      case 'taken':
        throw problems.conflict('id_taken', `${id} names another run; make a new id for this one.`);
      case 'same under way': {
        const other = formatId('deadLetterRun', started.run.id);
        throw problems.conflict(
          'under_way',
          `${other} does the same with the same letters; stop it first, for another pace.`,
        );
      }
    }
  }

  @Post('/:id/stop')
  @HttpCode(200)
  @Endpoint({
    allow: WRITE,
    summary: 'Stop a run: once this is answered, no letter follows, and what it had not come to stays open',
    tags: TAGS,
    params: deadLetterRunParams,
    body: stopRunRequest,
    responses: { 200: { description: 'Stopped, or over before', schema: deadLetterRunView }, 404: NOT_FOUND },
  })
  async stop(
    @Caller() caller: Principal,
    @ValidParams() { id }: ById,
    @ValidBody() { stoppedBy }: z.output<typeof stopRunRequest>,
  ): Promise<DeadLetterRunView> {
    return found(id, await this.runs.stop(appMeant(caller, undefined), uuidOf(id), nameOf(caller, stoppedBy)));
  }
}

/** Only the operator's word is taken for who it was. */
function nameOf(caller: Principal, told: string | undefined): string {
  if (caller.kind === 'operator') return told ?? 'operator';
  return caller.kind === 'app' ? (caller.clientId ?? formatId('key', caller.keyId)) : caller.userId;
}

function uuidOf(id: string): Uuid {
  const uuid = parseId('deadLetterRun', id);
  if (uuid === undefined) throw unknown(id);
  return uuid;
}

function found<Thing>(id: string, thing: Thing | undefined): Thing {
  if (thing === undefined) throw unknown(id);
  return thing;
}

function unknown(id: string) {
  return problems.notFound(`there is no run ${id}; ids look like ${EXAMPLE}`);
}
