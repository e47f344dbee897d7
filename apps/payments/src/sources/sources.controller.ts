import { Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import {
  newStripeSource,
  pageQuery,
  stripeSourceChange,
  stripeSourcePage,
  stripeSourceParams,
  stripeSourceView,
  type NewStripeSource,
  type Page,
  type StripeSourceChange,
  type StripeSourceView,
  type Uuid,
} from '@signalbox/contracts';
import {
  allow,
  cached,
  Caller,
  CallerApp,
  Endpoint,
  type Principal,
  problems,
  ValidBody,
  ValidParams,
  ValidQuery,
} from '@signalbox/http';
import type { z } from 'zod';
import { NO_SOURCE, sourceIdOf, sourceNotFound } from './not-found.js';
import { Sources } from './sources.js';

const READ = allow.scope('payments:read');
const WRITE = allow.scope('payments:write');
const TAGS = ['stripe sources'];
type ById = z.output<typeof stripeSourceParams>;

@Controller('/v1/stripe-sources')
export class SourcesController {
  constructor(private readonly sources: Sources) {}

  @Post()
  @Endpoint({
    allow: WRITE,
    summary: "Take webhooks of one of Stripe's event destinations, in the mode of the app",
    tags: TAGS,
    body: newStripeSource,
    responses: {
      201: { description: 'Let the destination post to its `path`', schema: stripeSourceView },
      409: { description: 'The app has as many sources as it may' },
    },
  })
  async create(
    @CallerApp() appId: Uuid,
    @Caller() caller: Principal,
    @ValidBody() body: NewStripeSource,
  ): Promise<StripeSourceView> {
    const created = await this.sources.create(appId, caller.kind === 'app' && caller.mode === 'live', body);
    if (created === undefined) {
      throw problems.conflict('too_many_sources', 'An app may have 100 Stripe sources; delete one first.');
    }
    return created;
  }

  @Get()
  @Endpoint({
    allow: READ,
    summary: "List the app's Stripe sources, oldest first",
    tags: TAGS,
    query: pageQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page', schema: stripeSourcePage } },
  })
  list(
    @CallerApp() appId: Uuid,
    @ValidQuery() { after, limit }: z.output<typeof pageQuery>,
  ): Promise<Page<StripeSourceView>> {
    return this.sources.list(appId, after, limit);
  }

  @Get('/:id')
  @Endpoint({
    allow: READ,
    summary: 'One Stripe source, and when each of its secrets was used last',
    tags: TAGS,
    params: stripeSourceParams,
    cache: cached.revalidated,
    responses: { 200: { description: 'The source', schema: stripeSourceView }, 404: NO_SOURCE },
  })
  async get(@CallerApp() appId: Uuid, @ValidParams() { id }: ById): Promise<StripeSourceView> {
    return found(await this.sources.find(appId, sourceIdOf(id)));
  }

  @Patch('/:id')
  @Endpoint({
    allow: WRITE,
    summary: 'Rename a Stripe source',
    tags: TAGS,
    params: stripeSourceParams,
    body: stripeSourceChange,
    responses: { 200: { description: 'As it is now', schema: stripeSourceView }, 404: NO_SOURCE },
  })
  async change(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: ById,
    @ValidBody() body: StripeSourceChange,
  ): Promise<StripeSourceView> {
    return found(await this.sources.change(appId, sourceIdOf(id), body));
  }

  @Delete('/:id')
  @Endpoint({
    allow: WRITE,
    summary: 'Delete a Stripe source; its address answers 404 from then on, its events stay',
    tags: TAGS,
    params: stripeSourceParams,
    responses: { 204: { description: 'Deleted' }, 404: NO_SOURCE },
  })
  async remove(@CallerApp() appId: Uuid, @ValidParams() { id }: ById): Promise<void> {
    if (!(await this.sources.remove(appId, sourceIdOf(id)))) throw sourceNotFound();
  }
}

function found(source: StripeSourceView | undefined): StripeSourceView {
  if (source === undefined) throw sourceNotFound();
  return source;
}
