import { Controller, Get } from '@nestjs/common';
import {
  type FeedAnswer,
  type FeedEvent,
  type FeedQuery,
  type Uuid,
  eventParams,
  feedAnswer,
  feedEvent,
  feedQuery,
} from '@signalbox/contracts';
import { CallerApp, Endpoint, ValidParams, ValidQuery, allow, problems } from '@signalbox/http';
import { AppFeed } from './app-feed.js';
import { cursorProblem } from './cursor-problem.js';

@Controller('/v1/events')
export class FeedController {
  constructor(private readonly feed: AppFeed) {}

  @Get()
  @Endpoint({
    allow: allow.scope('events:read'),
    summary: "Read the app's events in the order they were committed",
    tags: ['events'],
    query: feedQuery,
    responses: {
      200: { description: 'A page of events', schema: feedAnswer },
      410: { description: 'The log was restored from a backup since this cursor was given out: start again' },
    },
  })
  async list(@CallerApp() appId: Uuid, @ValidQuery() query: FeedQuery): Promise<FeedAnswer> {
    try {
      return await this.feed.list(appId, query);
    } catch (error) {
      throw cursorProblem(error) ?? error;
    }
  }

  @Get('/:id')
  @Endpoint({
    allow: allow.scope('events:read'),
    summary: 'Read one event',
    tags: ['events'],
    params: eventParams,
    responses: {
      200: { description: 'The event', schema: feedEvent },
      404: { description: "No such event, or another app's" },
    },
  })
  async show(@CallerApp() appId: Uuid, @ValidParams() { id }: { id: string }): Promise<FeedEvent> {
    const event = await this.feed.find(appId, id);
    if (!event) throw problems.notFound('There is no event with this id.');
    return event;
  }
}
