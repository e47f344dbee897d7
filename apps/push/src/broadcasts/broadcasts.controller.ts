import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  broadcastDeliveriesQuery,
  type BroadcastDeliveriesQuery,
  broadcastDeliveryPage,
  broadcastEstimate,
  type BroadcastEstimate,
  broadcastPage,
  broadcastRequest,
  type BroadcastRequest,
  type BroadcastState,
  broadcastView,
  type BroadcastView,
  type DeliveryView,
  formatId,
  type Page,
  pageQuery,
  parseId,
  startedAnswer,
  type StartedAnswer,
  type Uuid,
} from '@signalbox/contracts';
import {
  allow,
  cached,
  Caller,
  CallerApp,
  Endpoint,
  IdempotencyKey,
  type Principal,
  problems,
  ReplyHead,
  ValidBody,
  ValidParams,
  ValidQuery,
} from '@signalbox/http';
import { z } from 'zod';
import { answerOf } from '../notify/accept-answer.js';
import { IDEMPOTENCY_HEADER } from '../notify/idempotency.js';
import { BroadcastDoor } from './broadcast-door.js';
import { BROADCAST_ID, Broadcasts, type Steering } from './broadcasts.js';

const byId = z.strictObject({ id: z.string() });
type ById = z.output<typeof byId>;

const READ = allow.scope('notifications:read');
const WRITE = allow.scope('notifications:write');
/** For what the console shows and has buttons for. */
const LOOK = allow.operatorOrScope('notifications:read');
const STEER = allow.operatorOrScope('notifications:write');
const NOT_FOUND = { description: 'No such broadcast in this app' };
const TOO_LATE = { description: 'Its state does not allow it' };
const AS_IT_IS = { description: 'As it is now', schema: broadcastView };

/** One notification to many. */
@Controller('/v1/broadcasts')
export class BroadcastsController {
  constructor(
    private readonly broadcasts: Broadcasts,
    private readonly door: BroadcastDoor,
  ) {}

  @Post()
  @HttpCode(202)
  @Endpoint({
    allow: WRITE,
    summary: 'Send to a topic, a segment, a filter or everyone. 202 means that it is stored and goes on by itself.',
    tags: ['broadcasts'],
    limit: 'send',
    body: broadcastRequest,
    headers: IDEMPOTENCY_HEADER,
    responses: {
      202: { description: 'Stored', schema: startedAnswer },
      422: { description: 'Invalid, or the key stands for another request' },
      503: { description: 'No new ones are taken just now, which is said why; those that were taken go on' },
    },
  })
  async start(
    @CallerApp() appId: Uuid,
    @ValidBody() request: BroadcastRequest,
    @IdempotencyKey() key: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<StartedAnswer> {
    const closed = await this.door.whyClosed(appId);
    if (closed !== undefined) {
      const why = closed.reason === undefined ? '' : ` (${closed.reason})`;
      throw problems.unavailable(`Broadcasts are not taken just now${why}. This request was not looked at.`, 60);
    }
    const { body, replayed } = answerOf(await this.broadcasts.start(appId, request, key));
    if (replayed) reply.header('Idempotency-Replayed', 'true');
    const id = formatId('broadcast', parseId('notification', body.id)!);
    return { id, status: request.options.sendAt === undefined ? 'accepted' : 'scheduled' };
  }

  @Post('/estimate')
  @HttpCode(200)
  @Endpoint({
    allow: READ,
    summary:
      'What a broadcast would come to: phones, what the policy says of them, how long it takes. Nothing is sent.',
    tags: ['broadcasts'],
    body: broadcastRequest,
    responses: {
      200: { description: 'The estimate', schema: broadcastEstimate },
      503: { description: 'Too many phones to be counted in time; it can be started all the same' },
    },
  })
  estimate(@CallerApp() appId: Uuid, @ValidBody() request: BroadcastRequest): Promise<BroadcastEstimate> {
    return this.broadcasts.estimate(appId, request);
  }

  @Get()
  @Endpoint({
    allow: READ,
    summary: 'Broadcasts, the newest first',
    tags: ['broadcasts'],
    query: pageQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page of broadcasts', schema: broadcastPage } },
  })
  list(@CallerApp() appId: Uuid, @ValidQuery() query: z.output<typeof pageQuery>): Promise<Page<BroadcastView>> {
    return this.broadcasts.list(appId, query);
  }

  @Get('/:id')
  @Endpoint({
    allow: LOOK,
    summary: 'How far a broadcast is, what became of it so far, and when it will end',
    tags: ['broadcasts'],
    params: byId,
    cache: cached.revalidated,
    responses: { 200: AS_IT_IS, 404: NOT_FOUND },
  })
  async get(@Caller() caller: Principal, @ValidParams() { id }: ById): Promise<BroadcastView> {
    const found = await this.broadcasts.get(await this.appMeant(caller, id), parseBroadcastId(id));
    if (found === undefined) throw unknownBroadcast(id);
    return found;
  }

  @Get('/:id/deliveries')
  @Endpoint({
    allow: READ,
    summary: 'What became of it on each phone that has a delivery by now, with the answer of the provider',
    tags: ['broadcasts'],
    params: byId,
    query: broadcastDeliveriesQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page of deliveries', schema: broadcastDeliveryPage }, 404: NOT_FOUND },
  })
  async deliveries(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: ById,
    @ValidQuery() query: BroadcastDeliveriesQuery,
  ): Promise<Page<DeliveryView>> {
    const found = await this.broadcasts.deliveries(appId, parseBroadcastId(id), query);
    if (found === undefined) throw unknownBroadcast(id);
    return found;
  }

  @Post('/:id/pause')
  @HttpCode(200)
  @Endpoint({
    allow: STEER,
    summary:
      'Stop handing it out, also to those whom it put off. What providers are being sent already, at most 8,000 messages, is sent, and what waits for a credential on hold when that ends.',
    tags: ['broadcasts'],
    params: byId,
    responses: { 200: AS_IT_IS, 404: NOT_FOUND, 409: TOO_LATE },
  })
  async pause(@Caller() caller: Principal, @ValidParams() { id }: ById): Promise<BroadcastView> {
    return steered(id, ['paused'], await this.broadcasts.pause(await this.appMeant(caller, id), parseBroadcastId(id)));
  }

  @Post('/:id/resume')
  @HttpCode(200)
  @Endpoint({
    allow: STEER,
    summary: 'Go on where it was paused, slowly at first',
    tags: ['broadcasts'],
    params: byId,
    responses: { 200: AS_IT_IS, 404: NOT_FOUND, 409: TOO_LATE },
  })
  async resume(@Caller() caller: Principal, @ValidParams() { id }: ById): Promise<BroadcastView> {
    return steered(
      id,
      ['running', 'scheduled', 'draining'],
      await this.broadcasts.resume(await this.appMeant(caller, id), parseBroadcastId(id)),
    );
  }

  @Post('/:id/cancel')
  @HttpCode(200)
  @Endpoint({
    allow: STEER,
    summary: 'Send it to nobody who does not have it yet; for good',
    tags: ['broadcasts'],
    params: byId,
    responses: { 200: AS_IT_IS, 404: NOT_FOUND, 409: TOO_LATE },
  })
  async cancel(@Caller() caller: Principal, @ValidParams() { id }: ById): Promise<BroadcastView> {
    return steered(
      id,
      ['cancelled'],
      await this.broadcasts.cancel(await this.appMeant(caller, id), parseBroadcastId(id)),
    );
  }

  /** A key means its own app, the operator that of the broadcast. */
  private async appMeant(caller: Principal, id: string): Promise<Uuid> {
    if (caller.kind !== 'operator') return caller.appId;
    const app = await this.broadcasts.appOf(parseBroadcastId(id));
    if (app === undefined) throw unknownBroadcast(id);
    return app;
  }
}

/** Asked for twice is asked for once. */
function steered(
  id: string,
  wanted: readonly [BroadcastState, ...BroadcastState[]],
  steering: Steering,
): BroadcastView {
  if (steering === undefined) throw unknownBroadcast(id);
  const { end, broadcast } = steering;
  if (end === 'done' || wanted.includes(broadcast.state)) return broadcast;
  throw problems.conflict('wrong_state', `${id} is ${broadcast.state}, so it cannot be ${wanted[0]} any more.`);
}

function parseBroadcastId(id: string): Uuid {
  const uuid = parseId('broadcast', id);
  if (uuid === undefined) throw unknownBroadcast(id);
  return uuid;
}

function unknownBroadcast(id: string) {
  return problems.notFound(`this app has no broadcast ${id}; ids look like ${BROADCAST_ID}`);
}
