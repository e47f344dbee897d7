import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  deadLetterGroups,
  type DeadLetterGroups,
  deadLetterGroupsQuery,
  deadLetterPage,
  deadLetterParams,
  deadLetterQuery,
  type DeadLetterQuery,
  deadLetterView,
  type DeadLetterView,
  discardAnswer,
  type DiscardAnswer,
  discardOneRequest,
  discardRequest,
  type DiscardRequest,
  formatId,
  type Page,
  parseId,
  replayAnswer,
  type ReplayAnswer,
  replayRequest,
  type ReplayRequest,
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
import { appMeant, UNKNOWN_APP } from '../callers-apps.js';
import { DeadLetters } from './dead-letters.js';
import type { Selection } from './selection.js';

const READ = allow.operatorOrScope('notifications:read');
const WRITE = allow.operatorOrScope('notifications:write');
const NOT_FOUND = { description: 'No such dead letter, or not of this app' };
const ONE_AT_ONCE = { limit: 1, perSecond: 1 };
type ById = z.output<typeof deadLetterParams>;

/** Dead letters: look, replay, discard. A key sees those of its app, the operator all. */
@Controller('/v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly letters: DeadLetters) {}

  @Get()
  @Endpoint({
    allow: READ,
    summary: 'List dead letters with the answers that they died of, oldest notification first',
    tags: ['dead letters'],
    query: deadLetterQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page', schema: deadLetterPage }, 404: UNKNOWN_APP },
  })
  list(@Caller() caller: Principal, @ValidQuery() query: DeadLetterQuery): Promise<Page<DeadLetterView>> {
    const { provider, lane, reason, state, after, limit } = query;
    const selection = { appId: appMeant(caller, query.appId), provider, lane, reason };
    return this.letters.list(selection, state, after, limit);
  }

  @Get('/groups')
  @Endpoint({
    allow: READ,
    summary: 'Open dead letters by provider, lane and reason, the largest group first',
    tags: ['dead letters'],
    query: deadLetterGroupsQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'All groups', schema: deadLetterGroups }, 404: UNKNOWN_APP },
  })
  async groups(
    @Caller() caller: Principal,
    @ValidQuery() { appId }: z.output<typeof deadLetterGroupsQuery>,
  ): Promise<DeadLetterGroups> {
    return { groups: await this.letters.groups(appMeant(caller, appId)) };
  }

  @Post('/replay')
  @Endpoint({
    allow: WRITE,
    summary:
      'Send open dead letters again, as new deliveries, at most so many a second. Repeating it sends nothing twice.',
    tags: ['dead letters'],
    body: replayRequest,
    responses: { 202: { description: 'They are stored as work', schema: replayAnswer }, 404: UNKNOWN_APP },
  })
  async replay(@Caller() caller: Principal, @ValidBody() body: ReplayRequest): Promise<ReplayAnswer> {
    const selection = selectionOf(caller, body);
    const { replayed, lastDueAt } = await this.letters.replay(selection, body);
    return { replayed, left: await this.letters.countOpen(selection), lastDueAt: lastDueAt?.toISOString() ?? null };
  }

  @Post('/discard')
  @HttpCode(200)
  @Endpoint({
    allow: WRITE,
    summary: 'Put open dead letters away, with a note that says why',
    tags: ['dead letters'],
    body: discardRequest,
    responses: { 200: { description: 'Discarded', schema: discardAnswer }, 404: UNKNOWN_APP },
  })
  async discard(@Caller() caller: Principal, @ValidBody() body: DiscardRequest): Promise<DiscardAnswer> {
    const selection = selectionOf(caller, body);
    const discarded = await this.letters.discard(selection, body.note, body.limit);
    return { discarded, left: await this.letters.countOpen(selection) };
  }

  @Get('/:id')
  @Endpoint({
    allow: READ,
    summary: 'One dead letter, open or not',
    tags: ['dead letters'],
    params: deadLetterParams,
    cache: cached.revalidated,
    responses: { 200: { description: 'The letter', schema: deadLetterView }, 404: NOT_FOUND },
  })
  get(@Caller() caller: Principal, @ValidParams() { id }: ById): Promise<DeadLetterView> {
    return this.find(caller, id);
  }

  @Post('/:id/replay')
  @Endpoint({
    allow: WRITE,
    summary: 'Send one dead letter again. Repeating it answers the same replay.',
    tags: ['dead letters'],
    params: deadLetterParams,
    responses: {
      202: { description: 'Replayed, now or before', schema: deadLetterView },
      404: NOT_FOUND,
      409: { description: 'It was discarded' },
    },
  })
  async replayOne(
    @Caller() caller: Principal,
    @ValidParams() { id }: ById,
    @ReplyHead() reply: ReplyHead,
  ): Promise<DeadLetterView> {
    const selection = { appId: appMeant(caller, undefined), ids: [parseLetterId(id)] };
    const { replayed } = await this.letters.replay(selection, ONE_AT_ONCE);
    const letter = await this.find(caller, id);
    if (letter.state === 'discarded') throw problems.conflict('discarded', `${id} was discarded: ${letter.note ?? ''}`);
    if (replayed === 0) reply.header('Idempotency-Replayed', 'true');
    return letter;
  }

  @Post('/:id/discard')
  @HttpCode(200)
  @Endpoint({
    allow: WRITE,
    summary: 'Put one dead letter away, with a note that says why',
    tags: ['dead letters'],
    params: deadLetterParams,
    body: discardOneRequest,
    responses: {
      200: { description: 'Discarded, now or before', schema: deadLetterView },
      404: NOT_FOUND,
      409: { description: 'It was replayed' },
    },
  })
  async discardOne(
    @Caller() caller: Principal,
    @ValidParams() { id }: ById,
    @ValidBody() { note }: z.output<typeof discardOneRequest>,
  ): Promise<DeadLetterView> {
    await this.letters.discard({ appId: appMeant(caller, undefined), ids: [parseLetterId(id)] }, note, 1);
    const letter = await this.find(caller, id);
    if (letter.state === 'replayed') {
      throw problems.conflict('replayed', `${id} was replayed as ${letter.replayId ?? 'another delivery'}`);
    }
    return letter;
  }

  private async find(caller: Principal, id: string): Promise<DeadLetterView> {
    const letter = await this.letters.find(appMeant(caller, undefined), parseLetterId(id));
    if (letter === undefined) throw unknownLetter(id);
    return letter;
  }
}

/** @throws Problem 422 that names the id which is none, 404 for an app that the caller may not know of. */
function selectionOf(caller: Principal, body: ReplayRequest | DiscardRequest): Selection {
  const { provider, lane, reason, ids } = body;
  return {
    appId: appMeant(caller, body.appId),
    provider,
    lane,
    reason,
    ids: ids?.map((id, index) => {
      const uuid = parseId('delivery', id);
      if (uuid !== undefined) return uuid;
      throw problems.invalid([
        { pointer: `/ids/${index}`, reason: `must be the id of a delivery, such as ${EXAMPLE}` },
      ]);
    }),
  };
}

const EXAMPLE = formatId('delivery', '00000000-0000-7000-8000-000000000000');

function parseLetterId(id: string): Uuid {
  const uuid = parseId('delivery', id);
  if (uuid === undefined) throw unknownLetter(id);
  return uuid;
}

function unknownLetter(id: string) {
  return problems.notFound(`there is no dead letter ${id}; ids look like ${EXAMPLE}`);
}
