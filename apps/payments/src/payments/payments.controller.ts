import { Controller, Get } from '@nestjs/common';
import {
  paymentHistory,
  paymentPage,
  paymentParams,
  paymentQuery,
  type Page,
  type PaymentHistory,
  type PaymentQuery,
  type PaymentView,
  type Uuid,
} from '@signalbox/contracts';
import { allow, CallerApp, Endpoint, problems, ValidParams, ValidQuery } from '@signalbox/http';
import type { z } from 'zod';
import { Payments } from './payments.js';

const READ = allow.scope('payments:read');
const TAGS = ['payments'];

@Controller('/v1/payments')
export class PaymentsController {
  constructor(private readonly payments: Payments) {}

  @Get()
  @Endpoint({
    allow: READ,
    summary: 'The payments of the app, newest first',
    tags: TAGS,
    query: paymentQuery,
    responses: { 200: { description: 'One page', schema: paymentPage } },
  })
  list(@CallerApp() appId: Uuid, @ValidQuery() query: PaymentQuery): Promise<Page<PaymentView>> {
    return this.payments.list(appId, query);
  }

  @Get('/:id')
  @Endpoint({
    allow: READ,
    summary: 'One payment: how it stands, and every event, decision, effect and notification that led there',
    tags: TAGS,
    params: paymentParams,
    responses: {
      200: { description: 'The payment', schema: paymentHistory },
      404: { description: 'The app has no such payment' },
    },
  })
  async get(@CallerApp() appId: Uuid, @ValidParams() { id }: z.output<typeof paymentParams>): Promise<PaymentHistory> {
    const history = await this.payments.find(appId, id);
    if (history === undefined) throw problems.notFound('The app has no payment with this id.');
    return history;
  }
}
