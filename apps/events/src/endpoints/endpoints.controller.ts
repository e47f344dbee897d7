import { Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import {
  createdWebhookEndpoint,
  newWebhookEndpoint,
  pageQuery,
  webhookEndpointChange,
  webhookEndpointPage,
  webhookEndpointParams,
  webhookEndpointView,
  type CreatedWebhookEndpoint,
  type NewWebhookEndpoint,
  type Page,
  type Uuid,
  type WebhookEndpointChange,
  type WebhookEndpointView,
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
import { keyProblem } from '../secrets/key-problem.js';
import { WebhookSettings } from '../webhook-settings.js';
import { appMeant } from './app-meant.js';
import { checkUrl } from './check-url.js';
import { Endpoints } from './endpoints.js';
import { NO_ENDPOINT, endpointIdOf, endpointNotFound } from './not-found.js';

const READ = allow.scope('webhooks:read');
const WRITE = allow.scope('webhooks:write');
/** For what the console has buttons for. */
const STEER = allow.operatorOrScope('webhooks:write');
const TAGS = ['webhook endpoints'];
type ById = z.output<typeof webhookEndpointParams>;

@Controller('/v1/webhook-endpoints')
export class EndpointsController {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly settings: WebhookSettings,
  ) {}

  @Post()
  @Endpoint({
    allow: WRITE,
    summary: 'Have events posted to a URL; its secret is shown in this answer only',
    tags: TAGS,
    body: newWebhookEndpoint,
    responses: {
      201: { description: 'It gets events from now on', schema: createdWebhookEndpoint },
      409: { description: 'The app has as many endpoints as it may' },
    },
  })
  async create(
    @CallerApp() appId: Uuid,
    @Caller() caller: Principal,
    @ValidBody() body: NewWebhookEndpoint,
  ): Promise<CreatedWebhookEndpoint> {
    this.checkUrl(caller, body.url);
    const created = await this.endpoints.create(appId, body).catch((error: unknown) => {
      throw keyProblem(error, '/secret/key') ?? error;
    });
    if (created === undefined) {
      throw problems.conflict('too_many_endpoints', 'An app may have 100 webhook endpoints; delete one first.');
    }
    return created;
  }

  @Get()
  @Endpoint({
    allow: READ,
    summary: "List the app's webhook endpoints, oldest first",
    tags: TAGS,
    query: pageQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page', schema: webhookEndpointPage } },
  })
  list(
    @CallerApp() appId: Uuid,
    @ValidQuery() { after, limit }: z.output<typeof pageQuery>,
  ): Promise<Page<WebhookEndpointView>> {
    return this.endpoints.list(appId, after, limit);
  }

  @Get('/:id')
  @Endpoint({
    allow: READ,
    summary: 'One webhook endpoint, and how it is doing',
    tags: TAGS,
    params: webhookEndpointParams,
    cache: cached.revalidated,
    responses: { 200: { description: 'The endpoint', schema: webhookEndpointView }, 404: NO_ENDPOINT },
  })
  async get(@CallerApp() appId: Uuid, @ValidParams() { id }: ById): Promise<WebhookEndpointView> {
    return found(await this.endpoints.find(appId, endpointIdOf(id)));
  }

  @Patch('/:id')
  @Endpoint({
    allow: STEER,
    summary: 'Change an endpoint, disable it, or enable it again; recover then sends what it missed',
    tags: TAGS,
    params: webhookEndpointParams,
    body: webhookEndpointChange,
    responses: { 200: { description: 'As it is now', schema: webhookEndpointView }, 404: NO_ENDPOINT },
  })
  async change(
    @Caller() caller: Principal,
    @ValidParams() { id }: ById,
    @ValidBody() body: WebhookEndpointChange,
  ): Promise<WebhookEndpointView> {
    if (body.url !== undefined) this.checkUrl(caller, body.url);
    const endpoint = endpointIdOf(id);
    return found(await this.endpoints.change(await appMeant(this.endpoints, caller, endpoint), endpoint, body));
  }

  @Delete('/:id')
  @Endpoint({
    allow: WRITE,
    summary: 'Delete an endpoint; nothing more is sent to it',
    tags: TAGS,
    params: webhookEndpointParams,
    responses: { 204: { description: 'Deleted' }, 404: NO_ENDPOINT },
  })
  async remove(@CallerApp() appId: Uuid, @ValidParams() { id }: ById): Promise<void> {
    if (!(await this.endpoints.remove(appId, endpointIdOf(id)))) throw endpointNotFound();
  }

  private checkUrl(caller: Principal, url: string): void {
    checkUrl(url, caller.kind === 'app' ? caller.mode : 'live', this.settings.allowPrivate);
  }
}

function found<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw endpointNotFound();
  return thing;
}
