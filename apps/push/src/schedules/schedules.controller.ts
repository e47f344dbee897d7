import { Controller, Delete, Get, HttpCode, Patch, Post } from '@nestjs/common';
import {
  newSchedule,
  type NewSchedule,
  nextTimesAnswer,
  type NextTimesAnswer,
  nextTimesQuery,
  type Page,
  pageQuery,
  parseId,
  scheduleChange,
  type ScheduleChange,
  schedulePage,
  scheduleParams,
  scheduleView,
  type ScheduleView,
  type Uuid,
} from '@signalbox/contracts';
import { allow, cached, CallerApp, Endpoint, problems, ValidBody, ValidParams, ValidQuery } from '@signalbox/http';
import type { z } from 'zod';
import { Schedules } from './schedules.js';

const READ = allow.scope('notifications:read');
const WRITE = allow.scope('notifications:write');
const NOT_FOUND = { description: 'No such schedule in this app' };
const TAGS = ['schedules'];
type ById = z.output<typeof scheduleParams>;

/** What an app sends again and again. */
@Controller('/v1/schedules')
export class SchedulesController {
  constructor(private readonly schedules: Schedules) {}

  @Post()
  @Endpoint({
    allow: WRITE,
    summary: 'Send a notification again and again, by a cron pattern on the clocks of a time zone',
    tags: TAGS,
    body: newSchedule,
    responses: {
      201: { description: 'It is sent from now on', schema: scheduleView },
      409: { description: 'The app has a schedule of this name' },
    },
  })
  async create(@CallerApp() appId: Uuid, @ValidBody() body: NewSchedule): Promise<ScheduleView> {
    const created = await this.schedules.create(appId, body);
    if (created !== undefined) return created;
    throw problems.conflict(
      'name_taken',
      `This app has a schedule ${body.name}; change that one, or take another name.`,
    );
  }

  @Get()
  @Endpoint({
    allow: READ,
    summary: "The app's schedules, oldest first",
    tags: TAGS,
    query: pageQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page', schema: schedulePage } },
  })
  list(
    @CallerApp() appId: Uuid,
    @ValidQuery() { after, limit }: z.output<typeof pageQuery>,
  ): Promise<Page<ScheduleView>> {
    return this.schedules.list(appId, after, limit);
  }

  @Get('/:id')
  @Endpoint({
    allow: READ,
    summary: 'One schedule',
    tags: TAGS,
    params: scheduleParams,
    cache: cached.revalidated,
    responses: { 200: { description: 'The schedule', schema: scheduleView }, 404: NOT_FOUND },
  })
  async get(@CallerApp() appId: Uuid, @ValidParams() { id }: ById): Promise<ScheduleView> {
    return found(id, await this.schedules.find(appId, uuidOf(id)));
  }

  @Get('/:id/next')
  @Endpoint({
    allow: READ,
    summary: 'The next times at which it is sent, were it not paused',
    tags: TAGS,
    params: scheduleParams,
    query: nextTimesQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'Times, the next one first', schema: nextTimesAnswer }, 404: NOT_FOUND },
  })
  async next(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: ById,
    @ValidQuery() { count }: z.output<typeof nextTimesQuery>,
  ): Promise<NextTimesAnswer> {
    return { times: found(id, await this.schedules.next(appId, uuidOf(id), count)) };
  }

  @Patch('/:id')
  @Endpoint({
    allow: WRITE,
    summary: 'Change when a schedule is due, or what it sends',
    tags: TAGS,
    params: scheduleParams,
    body: scheduleChange,
    responses: { 200: { description: 'As it is now', schema: scheduleView }, 404: NOT_FOUND },
  })
  async change(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: ById,
    @ValidBody() change: ScheduleChange,
  ): Promise<ScheduleView> {
    return found(id, await this.schedules.change(appId, uuidOf(id), change));
  }

  @Post('/:id/pause')
  @HttpCode(200)
  @Endpoint({
    allow: WRITE,
    summary: 'Send nothing until it is resumed',
    tags: TAGS,
    params: scheduleParams,
    responses: { 200: { description: 'As it is now', schema: scheduleView }, 404: NOT_FOUND },
  })
  async pause(@CallerApp() appId: Uuid, @ValidParams() { id }: ById): Promise<ScheduleView> {
    return found(id, await this.schedules.pause(appId, uuidOf(id)));
  }

  @Post('/:id/resume')
  @HttpCode(200)
  @Endpoint({
    allow: WRITE,
    summary: 'Send again from its next time on; what came due meanwhile is not made up for',
    tags: TAGS,
    params: scheduleParams,
    responses: { 200: { description: 'As it is now', schema: scheduleView }, 404: NOT_FOUND },
  })
  async resume(@CallerApp() appId: Uuid, @ValidParams() { id }: ById): Promise<ScheduleView> {
    return found(id, await this.schedules.resume(appId, uuidOf(id)));
  }

  @Delete('/:id')
  @Endpoint({
    allow: WRITE,
    summary: 'Delete a schedule; what it has sent stays',
    tags: TAGS,
    params: scheduleParams,
    responses: { 204: { description: 'Deleted' }, 404: NOT_FOUND },
  })
  async remove(@CallerApp() appId: Uuid, @ValidParams() { id }: ById): Promise<void> {
    if (!(await this.schedules.remove(appId, uuidOf(id)))) throw unknown(id);
  }
}

function uuidOf(id: string): Uuid {
  const uuid = parseId('schedule', id);
  if (uuid === undefined) throw unknown(id);
  return uuid;
}

function found<Thing>(id: string, thing: Thing | undefined): Thing {
  if (thing === undefined) throw unknown(id);
  return thing;
}

function unknown(id: string) {
  return problems.notFound(`this app has no schedule ${id}; GET /v1/schedules lists them`);
}
