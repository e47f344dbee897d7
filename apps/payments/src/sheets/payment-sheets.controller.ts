import { Controller, Post } from '@nestjs/common';
import {
  paymentSheet,
  paymentSheetRequest,
  type PaymentSheet,
  type PaymentSheetRequest,
  type Uuid,
} from '@signalbox/contracts';
import { allow, CallerApp, Endpoint, IdempotencyKey, ReplyHead, ValidBody } from '@signalbox/http';
import { MONEY_HEADERS, MONEY_PROBLEMS } from '../orders/money-routes.js';
import { PaymentSheets } from './payment-sheets.js';

@Controller('/v1/payment-sheets')
export class PaymentSheetsController {
  constructor(private readonly sheets: PaymentSheets) {}

  @Post()
  @Endpoint({
    allow: allow.scope('payments:write'),
    summary: "All that the gateway's sheet on a phone needs to have an order paid",
    tags: ['payment sheets'],
    body: paymentSheetRequest,
    headers: MONEY_HEADERS,
    responses: {
      201: { description: 'A payment was made for the order', schema: paymentSheet },
      200: { description: 'The order had one that can be paid', schema: paymentSheet },
      ...MONEY_PROBLEMS,
    },
  })
  async show(
    @CallerApp() appId: Uuid,
    @ValidBody() request: PaymentSheetRequest,
    @IdempotencyKey() key: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<PaymentSheet> {
    const { sheet, created, repeated } = await this.sheets.show(appId, request, key);
    reply.code(created ? 201 : 200);
    if (repeated) reply.header('Idempotency-Replayed', 'true');
    return sheet;
  }
}
