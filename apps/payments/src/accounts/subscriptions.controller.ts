import { Controller, Get, Post } from '@nestjs/common';
import {
  customerParams,
  subscribed,
  subscriptionAnswer,
  subscriptionCancel,
  subscriptionChange,
  subscriptionPage,
  subscriptionParams,
  subscriptionRequest,
  subscriptionView,
  type Page,
  type Subscribed,
  type SubscriptionAnswer,
  type SubscriptionCancelRequest,
  type SubscriptionChangeRequest,
  type SubscriptionRequest,
  type SubscriptionView,
  type Uuid,
} from '@signalbox/contracts';
import {
  allow,
  CallerApp,
  Endpoint,
  type EndpointDeclaration,
  IdempotencyKey,
  problems,
  ReplyHead,
  ValidBody,
  ValidParams,
} from '@signalbox/http';
import type { z } from 'zod';
import type { SubscriptionWish } from '../gateway/subscription-gateway.js';
import { MONEY_HEADERS, MONEY_PROBLEMS } from '../orders/money-routes.js';
import { type Answered, Subscriptions } from './subscriptions.js';

type Params = z.output<typeof subscriptionParams>;
type OfUser = z.output<typeof customerParams>;

const READ = allow.scope('payments:read');
const WRITE = allow.scope('payments:write');
const TAGS = ['subscriptions'];
const NONE = { 404: { description: 'The app has no such subscription' } };

function changing(summary: string, done: string, body?: EndpointDeclaration['body']): EndpointDeclaration {
  return {
    allow: WRITE,
    summary,
    tags: TAGS,
    params: subscriptionParams,
    ...(body !== undefined && { body }),
    headers: MONEY_HEADERS,
    responses: { 200: { description: done, schema: subscriptionAnswer }, ...NONE, ...MONEY_PROBLEMS },
  };
}

@Controller('/v1')
export class SubscriptionsController {
  constructor(private readonly subscriptions: Subscriptions) {}

  @Post('/subscriptions')
  @Endpoint({
    allow: WRITE,
    summary: 'Subscribe a user, with all that the sheet on their phone needs to pay for it',
    tags: TAGS,
    body: subscriptionRequest,
    headers: MONEY_HEADERS,
    responses: { 201: { description: 'The subscription and its sheet', schema: subscribed }, ...MONEY_PROBLEMS },
  })
  async subscribe(
    @CallerApp() appId: Uuid,
    @ValidBody() request: SubscriptionRequest,
    @IdempotencyKey() key: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<Subscribed> {
    return said(reply, await this.subscriptions.subscribe(appId, request, key));
  }

  @Get('/subscriptions/:id')
  @Endpoint({
    allow: READ,
    summary: 'How a subscription stands, and what it entitles its user to',
    tags: TAGS,
    params: subscriptionParams,
    responses: { 200: { description: 'The subscription', schema: subscriptionView }, ...NONE },
  })
  async get(@CallerApp() appId: Uuid, @ValidParams() { id }: Params): Promise<SubscriptionView> {
    const found = await this.subscriptions.find(appId, id);
    if (found === undefined) throw problems.notFound('The app has no subscription with this id.');
    return found;
  }

  @Get('/customers/:userId/subscriptions')
  @Endpoint({
    allow: READ,
    summary: 'The subscriptions of a user; whether any entitles them needs no call to the gateway',
    tags: TAGS,
    params: customerParams,
    responses: { 200: { description: 'What changed last comes first', schema: subscriptionPage } },
  })
  ofUser(@CallerApp() appId: Uuid, @ValidParams() { userId }: OfUser): Promise<Page<SubscriptionView>> {
    return this.subscriptions.ofUser(appId, userId);
  }

  @Post('/subscriptions/:id')
  @Endpoint(changing('Set what a subscription consists of, or is paid with', 'It has them', subscriptionChange))
  change(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: Params,
    @ValidBody() { prices, paymentMethodId: method, proration }: SubscriptionChangeRequest,
    @IdempotencyKey() key: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<SubscriptionAnswer> {
    return this.act(reply, appId, id, { kind: 'change', prices, method, proration }, key);
  }

  @Post('/subscriptions/:id/cancel')
  @Endpoint(changing('End a subscription, now or when its period is over', 'It ends', subscriptionCancel))
  cancel(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: Params,
    @ValidBody() { at }: SubscriptionCancelRequest,
    @IdempotencyKey() key: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<SubscriptionAnswer> {
    return this.act(reply, appId, id, { kind: 'cancel', at }, key);
  }

  @Post('/subscriptions/:id/resume')
  @Endpoint(changing('Go on with a subscription that is paused, or would end with its period', 'It goes on'))
  resume(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: Params,
    @IdempotencyKey() key: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<SubscriptionAnswer> {
    return this.act(reply, appId, id, { kind: 'resume' }, key);
  }

  private async act(
    reply: ReplyHead,
    appId: Uuid,
    id: string,
    wish: SubscriptionWish,
    key: string | undefined,
  ): Promise<SubscriptionAnswer> {
    return said(reply, await this.subscriptions.change(appId, id, wish, key));
  }
}

function said<Answer>(reply: ReplyHead, { answer, repeated }: Answered<Answer>): Answer {
  if (repeated) reply.header('Idempotency-Replayed', 'true');
  return answer;
}
