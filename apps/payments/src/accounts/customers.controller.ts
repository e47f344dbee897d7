import { Controller, Delete, Get, Post, Put } from '@nestjs/common';
import {
  customerParams,
  customerRequest,
  customerView,
  savedMethodPage,
  savedMethodParams,
  type CustomerRequest,
  type CustomerView,
  type Page,
  type SavedMethodView,
  type Uuid,
} from '@signalbox/contracts';
import { allow, CallerApp, Endpoint, ValidBody, ValidParams } from '@signalbox/http';
import type { z } from 'zod';
import { ACCOUNT_PROBLEMS } from './account-routes.js';
import { Customers } from './customers.js';

type Params = z.output<typeof customerParams>;
type MethodParams = z.output<typeof savedMethodParams>;

const READ = allow.scope('payments:read');
const WRITE = allow.scope('payments:write');
const TAGS = ['customers'];
const NOBODY = { 404: { description: 'The user has no customer at the gateway' } };
const NO_METHOD = { 404: { description: 'The user has no such payment method' } };

@Controller('/v1/customers/:userId')
export class CustomersController {
  constructor(private readonly customers: Customers) {}

  @Put()
  @Endpoint({
    allow: WRITE,
    summary: 'Have the gateway know a user, or know them better',
    tags: TAGS,
    params: customerParams,
    body: customerRequest,
    responses: { 200: { description: 'The customer', schema: customerView }, ...ACCOUNT_PROBLEMS },
  })
  put(
    @CallerApp() appId: Uuid,
    @ValidParams() { userId }: Params,
    @ValidBody() body: CustomerRequest,
  ): Promise<CustomerView> {
    return this.customers.keep(appId, userId, body);
  }

  @Get()
  @Endpoint({
    allow: READ,
    summary: 'A user as the gateway knows them',
    tags: TAGS,
    params: customerParams,
    responses: { 200: { description: 'The customer', schema: customerView }, ...NOBODY, ...ACCOUNT_PROBLEMS },
  })
  get(@CallerApp() appId: Uuid, @ValidParams() { userId }: Params): Promise<CustomerView> {
    return this.customers.find(appId, userId);
  }

  @Delete()
  @Endpoint({
    allow: WRITE,
    summary:
      'Have the gateway forget a user: it ends their subscriptions at once, and takes their payment methods away',
    tags: TAGS,
    params: customerParams,
    responses: { 204: { description: 'The gateway has them no more' }, ...NOBODY, ...ACCOUNT_PROBLEMS },
  })
  delete(@CallerApp() appId: Uuid, @ValidParams() { userId }: Params): Promise<void> {
    return this.customers.remove(appId, userId);
  }

  @Get('/payment-methods')
  @Endpoint({
    allow: READ,
    summary: 'What a user can pay with, as the gateway has it at this moment',
    tags: TAGS,
    params: customerParams,
    responses: { 200: { description: 'All of them', schema: savedMethodPage }, ...NOBODY, ...ACCOUNT_PROBLEMS },
  })
  methods(@CallerApp() appId: Uuid, @ValidParams() { userId }: Params): Promise<Page<SavedMethodView>> {
    return this.customers.methods(appId, userId);
  }

  @Post('/payment-methods/:id/default')
  @Endpoint({
    allow: WRITE,
    summary: 'Pay with it unless something else is named',
    tags: TAGS,
    params: savedMethodParams,
    responses: { 204: { description: 'It is the default' }, ...NO_METHOD, ...ACCOUNT_PROBLEMS },
  })
  prefer(@CallerApp() appId: Uuid, @ValidParams() { userId, id }: MethodParams): Promise<void> {
    return this.customers.prefer(appId, userId, id);
  }

  @Delete('/payment-methods/:id')
  @Endpoint({
    allow: WRITE,
    summary: 'Forget a payment method: it can never be charged again',
    tags: TAGS,
    params: savedMethodParams,
    responses: { 204: { description: 'The gateway has let go of it' }, ...NO_METHOD, ...ACCOUNT_PROBLEMS },
  })
  detach(@CallerApp() appId: Uuid, @ValidParams() { userId, id }: MethodParams): Promise<void> {
    return this.customers.detach(appId, userId, id);
  }
}
