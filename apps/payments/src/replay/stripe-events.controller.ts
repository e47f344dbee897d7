import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  stripeDiscardAnswer,
  stripeDiscardRequest,
  stripeEventHistory,
  stripeEventPage,
  stripeEventParams,
  stripeEventQuery,
  stripeReplayAnswer,
  stripeReplayRequest,
  type Page,
  type StripeDiscardAnswer,
  type StripeDiscardRequest,
  type StripeEventHistory,
  type StripeEventQuery,
  type StripeEventView,
  type StripeReplayAnswer,
  type StripeReplayRequest,
  type Uuid,
} from '@signalbox/contracts';
import { allow, CallerApp, Endpoint, problems, ValidBody, ValidParams, ValidQuery } from '@signalbox/http';
import type { z } from 'zod';
import { Discard } from './discard.js';
import { Replay } from './replay.js';
import { StripeEvents } from './stripe-events.js';

const TAGS = ['stripe events'];

@Controller('/v1/stripe-events')
export class StripeEventsController {
  constructor(
    private readonly events: StripeEvents,
    private readonly again: Replay,
    private readonly away: Discard,
  ) {}

  @Get()
  @Endpoint({
    allow: allow.scope('payments:read'),
    summary: 'The log of Stripe events and what was decided about each, newest first',
    tags: TAGS,
    query: stripeEventQuery,
    responses: {
      200: { description: 'One page; with a filter it may be short, and `next` goes on', schema: stripeEventPage },
    },
  })
  list(@CallerApp() appId: Uuid, @ValidQuery() query: StripeEventQuery): Promise<Page<StripeEventView>> {
    return this.events.list(appId, query);
  }

  @Post('/replay')
  @HttpCode(200)
  @Endpoint({
    allow: allow.scope('payments:write'),
    summary: 'Work on events again, out of our own log. What has happened does not happen twice.',
    tags: TAGS,
    body: stripeReplayRequest,
    responses: {
      200: { description: 'They are stored as work, or in a dry run only listed', schema: stripeReplayAnswer },
    },
  })
  replay(@CallerApp() appId: Uuid, @ValidBody() body: StripeReplayRequest): Promise<StripeReplayAnswer> {
    return this.again.replay(appId, body);
  }

  @Post('/discard')
  @HttpCode(200)
  @Endpoint({
    allow: allow.scope('payments:write'),
    summary: 'Put dead events away. They stay in the log, and a replay takes them up again.',
    tags: TAGS,
    body: stripeDiscardRequest,
    responses: { 200: { description: 'Those that were dead are decided: `discarded`', schema: stripeDiscardAnswer } },
  })
  discard(@CallerApp() appId: Uuid, @ValidBody() body: StripeDiscardRequest): Promise<StripeDiscardAnswer> {
    return this.away.discard(appId, body);
  }

  @Get('/:id')
  @Endpoint({
    allow: allow.scope('payments:read'),
    summary: 'One Stripe event with its body, by our id or by that of Stripe',
    tags: TAGS,
    params: stripeEventParams,
    responses: {
      200: { description: 'The event', schema: stripeEventHistory },
      404: { description: "No such event, or another app's" },
    },
  })
  async get(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: z.output<typeof stripeEventParams>,
  ): Promise<StripeEventHistory> {
    const event = await this.events.find(appId, id);
    if (event === undefined) throw problems.notFound('There is no Stripe event with this id.');
    return event;
  }
}
