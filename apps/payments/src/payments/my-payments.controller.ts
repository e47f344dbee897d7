import { Controller, Get } from '@nestjs/common';
import {
  type Page,
  paymentPage,
  paymentQuery,
  type PaymentQuery,
  type PaymentView,
  subscriptionPage,
  type SubscriptionView,
} from '@signalbox/contracts';
import { allow, CallerUser, Endpoint, type UserPrincipal, ValidQuery } from '@signalbox/http';
import { Subscriptions } from '../accounts/subscriptions.js';
import { Payments } from './payments.js';

const OWN = allow.user('payments:read-own');
const TAGS = ['me'];

/** What a user sees of their own, with an access token from their phone. */
@Controller('/v1/me')
export class MyPaymentsController {
  constructor(
    private readonly paid: Payments,
    private readonly subscribed: Subscriptions,
  ) {}

  @Get('/payments')
  @Endpoint({
    allow: OWN,
    summary: 'The payments of the user whose access token it is, newest first',
    tags: TAGS,
    query: paymentQuery,
    responses: { 200: { description: 'One page', schema: paymentPage } },
  })
  payments(
    @CallerUser() { appId, userId }: UserPrincipal,
    @ValidQuery() query: PaymentQuery,
  ): Promise<Page<PaymentView>> {
    return this.paid.ofUser(appId, userId, query);
  }

  @Get('/subscriptions')
  @Endpoint({
    allow: OWN,
    summary: 'The subscriptions of the user whose access token it is',
    tags: TAGS,
    responses: { 200: { description: 'What changed last comes first', schema: subscriptionPage } },
  })
  subscriptions(@CallerUser() { appId, userId }: UserPrincipal): Promise<Page<SubscriptionView>> {
    return this.subscribed.ofUser(appId, userId);
  }
}
