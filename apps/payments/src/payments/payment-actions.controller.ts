import { Controller, Post } from '@nestjs/common';
import {
  cancelRequest,
  captureRequest,
  confirmRequest,
  paymentOperation,
  paymentParams,
  refundRequest,
  type CancelRequest,
  type CaptureRequest,
  type ConfirmRequest,
  type PaymentOperationView,
  type RefundRequest,
  type Uuid,
} from '@signalbox/contracts';
import {
  allow,
  CallerApp,
  Endpoint,
  type EndpointDeclaration,
  IdempotencyKey,
  ReplyHead,
  ValidBody,
  ValidParams,
} from '@signalbox/http';
import type { z } from 'zod';
import { MONEY_HEADERS, MONEY_PROBLEMS } from '../orders/money-routes.js';
import { PaymentActions, type Action } from './payment-actions.js';

type Params = z.output<typeof paymentParams>;

function declared(
  summary: string,
  body: EndpointDeclaration['body'],
  done: { readonly 200: string } | { readonly 201: string },
): EndpointDeclaration {
  const [[status, description]] = Object.entries(done) as [[string, string]];
  return {
    allow: allow.scope('payments:write'),
    summary,
    tags: ['payments'],
    params: paymentParams,
    ...(body !== undefined && { body }),
    headers: MONEY_HEADERS,
    responses: {
      [status]: { description, schema: paymentOperation },
      404: { description: 'The app has no such payment' },
      ...MONEY_PROBLEMS,
    },
  };
}

@Controller('/v1/payments/:id')
export class PaymentActionsController {
  constructor(private readonly actions: PaymentActions) {}

  @Post('/confirm')
  @Endpoint(
    declared('Charge a saved payment method, or what a Braintree SDK made of one', confirmRequest, {
      200: 'It was charged, reserved, or waits for the customer',
    }),
  )
  confirm(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: Params,
    @ValidBody() body: ConfirmRequest,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<PaymentOperationView> {
    const { paymentMethodId, paymentMethodNonce, offSession } = body;
    const method =
      paymentMethodId === undefined
        ? { kind: 'nonce' as const, id: paymentMethodNonce ?? '' }
        : { kind: 'saved' as const, id: paymentMethodId };
    return this.act(reply, {
      ...{ kind: 'charge', appId, id, idempotencyKey, asked: body, request: {} },
      make: (gateway, call) => gateway.charge({ ...call, method, offSession }),
    });
  }

  @Post('/capture')
  @Endpoint(declared('Take money that is reserved', captureRequest, { 200: 'It was taken' }))
  capture(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: Params,
    @ValidBody() body: CaptureRequest,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<PaymentOperationView> {
    const { amount } = body;
    return this.act(reply, {
      ...{ kind: 'capture', appId, id, idempotencyKey, asked: body, request: { amount } },
      make: (gateway, call) => gateway.capture({ ...call, amount }),
    });
  }

  @Post('/cancel')
  @Endpoint(
    declared('Give up a payment that took no money, so that it cannot take any', cancelRequest, {
      200: 'It takes none any more',
    }),
  )
  cancel(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: Params,
    @ValidBody() body: CancelRequest,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<PaymentOperationView> {
    const { reason } = body;
    return this.act(reply, {
      ...{ kind: 'cancel', appId, id, idempotencyKey, asked: body, request: { reason } },
      make: (gateway, call) => gateway.cancel({ ...call, reason }),
    });
  }

  @Post('/refunds')
  @Endpoint(declared('Give money back', refundRequest, { 201: 'It is on its way back' }))
  refund(
    @CallerApp() appId: Uuid,
    @ValidParams() { id }: Params,
    @ValidBody() body: RefundRequest,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<PaymentOperationView> {
    const { amount, reason } = body;
    return this.act(reply, {
      ...{ kind: 'refund', appId, id, idempotencyKey, asked: body, request: { amount, reason } },
      make: (gateway, call) => gateway.refund({ ...call, amount, reason }),
    });
  }

  private async act(reply: ReplyHead, action: Action): Promise<PaymentOperationView> {
    const { view, repeated } = await this.actions.act(action);
    if (repeated) reply.header('Idempotency-Replayed', 'true');
    return view;
  }
}
