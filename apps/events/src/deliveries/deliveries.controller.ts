import { Controller, Get, Post } from '@nestjs/common';
import {
  webhookDeliveryHistory,
  webhookDeliveryPage,
  webhookDeliveryParams,
  webhookDeliveryQuery,
  webhookDeliveryView,
  webhookEndpointParams,
  type Page,
  type Uuid,
  type WebhookDeliveryHistory,
  type WebhookDeliveryQuery,
  type WebhookDeliveryView,
} from '@signalbox/contracts';
import {
  allow,
  cached,
  Caller,
  CallerApp,
  Endpoint,
  type Principal,
  problems,
  ValidParams,
  ValidQuery,
} from '@signalbox/http';
import type { z } from 'zod';
import { appMeant } from '../endpoints/app-meant.js';
import { Endpoints } from '../endpoints/endpoints.js';
import { endpointDisabled, endpointIdOf, endpointNotFound, IS_DISABLED, NO_ENDPOINT } from '../endpoints/not-found.js';
import { Deliveries, parseDelivery } from './deliveries.js';
import { Resend, type Resent } from './resend.js';

const READ = allow.scope('webhooks:read');
const STEER = allow.operatorOrScope('webhooks:write');
const TAGS = ['webhook deliveries'];
const NO_DELIVERY = { description: 'No such endpoint or delivery' };
type OfEndpoint = z.output<typeof webhookEndpointParams>;
type OfDelivery = z.output<typeof webhookDeliveryParams>;

@Controller('/v1/webhook-endpoints/:id')
export class DeliveriesController {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly deliveries: Deliveries,
    private readonly again: Resend,
  ) {}

  @Get('/deliveries')
  @Endpoint({
    allow: READ,
    summary: 'The delivery log of an endpoint, newest event first',
    tags: TAGS,
    params: webhookEndpointParams,
    query: webhookDeliveryQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page', schema: webhookDeliveryPage }, 404: NO_ENDPOINT },
  })
  async list(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: OfEndpoint,
    @ValidQuery() query: WebhookDeliveryQuery,
  ): Promise<Page<WebhookDeliveryView>> {
    return this.deliveries.list(await this.ownEndpoint(appId, id), query);
  }

  @Get('/deliveries/:deliveryId')
  @Endpoint({
    allow: READ,
    summary: 'One delivery with every attempt at it',
    tags: TAGS,
    params: webhookDeliveryParams,
    cache: cached.revalidated,
    responses: { 200: { description: 'The delivery', schema: webhookDeliveryHistory }, 404: NO_DELIVERY },
  })
  async get(@CallerApp() appId: Uuid, @ValidParams() { id, deliveryId }: OfDelivery): Promise<WebhookDeliveryHistory> {
    const endpoint = await this.ownEndpoint(appId, id);
    const named = parseDelivery(endpoint, deliveryId);
    const history = named && (await this.deliveries.history(endpoint, named.delivery));
    if (history === undefined) throw deliveryNotFound();
    return history;
  }

  @Post('/deliveries/:deliveryId/resend')
  @Endpoint({
    allow: STEER,
    summary:
      'Send one event again, now, under the same webhook-id; by the id of the event also one that was never sent',
    tags: TAGS,
    params: webhookDeliveryParams,
    responses: {
      202: { description: 'It is on its way', schema: webhookDeliveryView },
      404: NO_DELIVERY,
      409: IS_DISABLED,
    },
  })
  async resend(
    @Caller() caller: Principal,
    @ValidParams() { id, deliveryId }: OfDelivery,
  ): Promise<WebhookDeliveryView> {
    const endpoint = endpointIdOf(id);
    const appId = await appMeant(this.endpoints, caller, endpoint);
    return this.show(endpoint, await this.again.resend(appId, endpoint, deliveryId));
  }

  @Post('/test')
  @Endpoint({
    allow: STEER,
    summary: 'Send the event `webhook_endpoint.test` to this endpoint alone',
    tags: TAGS,
    params: webhookEndpointParams,
    responses: {
      202: { description: 'It is on its way; read the delivery to see what came of it', schema: webhookDeliveryView },
      404: NO_ENDPOINT,
      409: IS_DISABLED,
    },
  })
  async test(@Caller() caller: Principal, @ValidParams() { id }: OfEndpoint): Promise<WebhookDeliveryView> {
    const endpoint = endpointIdOf(id);
    const appId = await appMeant(this.endpoints, caller, endpoint);
    return this.show(endpoint, await this.again.test(appId, endpoint));
  }

  private async show(endpoint: Uuid, resent: Resent): Promise<WebhookDeliveryView> {
    if ('refused' in resent) throw problemOf(resent.refused);
    const view = await this.deliveries.find(endpoint, resent.delivery);
    if (view === undefined) throw deliveryNotFound();
    return view;
  }

  private async ownEndpoint(appId: Uuid, id: string): Promise<Uuid> {
    const endpoint = endpointIdOf(id);
    if ((await this.endpoints.find(appId, endpoint)) === undefined) throw endpointNotFound();
    return endpoint;
  }
}

function problemOf(refused: Extract<Resent, { refused: unknown }>['refused']) {
  switch (refused) {
    case 'no_such_endpoint':
      return endpointNotFound();
    case 'no_such_delivery':
      return deliveryNotFound();
    case 'endpoint_disabled':
      return endpointDisabled();
  }
}

function deliveryNotFound() {
  return problems.notFound('The endpoint has no delivery with this id, and there is no such event.');
}
