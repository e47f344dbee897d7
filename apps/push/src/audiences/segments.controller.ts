import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import {
  audienceSize,
  type AudienceSize,
  type Page,
  pageQuery,
  segmentPage,
  segmentParams,
  segmentSettings,
  type SegmentSettings,
  segmentView,
  type SegmentView,
  type Uuid,
} from '@signalbox/contracts';
import { allow, cached, CallerApp, Endpoint, problems, ValidBody, ValidParams, ValidQuery } from '@signalbox/http';
import type { z } from 'zod';
import { Segments } from './segments.js';

const READ = allow.scope('notifications:read');
const WRITE = allow.scope('notifications:write');
const NOT_FOUND = { description: 'No segment of this name' };
const TOO_MANY = { description: 'Too many to be counted in time' };
type Named = z.output<typeof segmentParams>;

/** Whom an app means by a name. */
@Controller('/v1/segments')
export class SegmentsController {
  constructor(private readonly segments: Segments) {}

  @Get()
  @Endpoint({
    allow: READ,
    summary: 'Segments by name',
    tags: ['segments'],
    query: pageQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page of segments', schema: segmentPage } },
  })
  list(@CallerApp() appId: Uuid, @ValidQuery() query: z.output<typeof pageQuery>): Promise<Page<SegmentView>> {
    return this.segments.list(appId, query);
  }

  @Get('/:name')
  @Endpoint({
    allow: READ,
    summary: 'A segment',
    tags: ['segments'],
    params: segmentParams,
    cache: cached.revalidated,
    responses: { 200: { description: 'The segment', schema: segmentView }, 404: NOT_FOUND },
  })
  async get(@CallerApp() appId: Uuid, @ValidParams() { name }: Named): Promise<SegmentView> {
    const found = await this.segments.get(appId, name);
    if (found === undefined) throw noSuchSegment(name);
    return found;
  }

  @Put('/:name')
  @Endpoint({
    allow: WRITE,
    summary: 'Say which phones a name means; broadcasts under way keep the filter they began with',
    tags: ['segments'],
    params: segmentParams,
    body: segmentSettings,
    responses: { 200: { description: 'In force for what begins from now on', schema: segmentView } },
  })
  put(
    @CallerApp() appId: Uuid,
    @ValidParams() { name }: Named,
    @ValidBody() { filter }: SegmentSettings,
  ): Promise<SegmentView> {
    return this.segments.put(appId, name, filter);
  }

  @Delete('/:name')
  @Endpoint({
    allow: WRITE,
    summary: 'Forget a segment; broadcasts under way go on',
    tags: ['segments'],
    params: segmentParams,
    responses: { 204: { description: 'Gone' }, 404: NOT_FOUND },
  })
  async remove(@CallerApp() appId: Uuid, @ValidParams() { name }: Named): Promise<void> {
    if (!(await this.segments.remove(appId, name))) throw noSuchSegment(name);
  }

  @Post('/preview')
  @HttpCode(200)
  @Endpoint({
    allow: READ,
    summary: 'How many active phones a filter means at this moment',
    tags: ['segments'],
    body: segmentSettings,
    responses: { 200: { description: 'By channel and language', schema: audienceSize }, 503: TOO_MANY },
  })
  preview(@CallerApp() appId: Uuid, @ValidBody() { filter }: SegmentSettings): Promise<AudienceSize> {
    return this.segments.preview(appId, filter);
  }
}

function noSuchSegment(name: string) {
  return problems.notFound(`This app has no segment "${name}".`);
}
