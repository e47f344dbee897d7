import { formatId, parseId, type PaymentOperationView, type Uuid } from '@signalbox/contracts';
import { problems } from '@signalbox/http';
import type { Call, OperationKind, PaymentGateway, PaymentState, RefundState } from '../gateway/gateway.js';
import type { GatewayOutcome } from '../gateway/outcome.js';
import { clientKey } from '../orders/client-key.js';
import { beginning, type Operations } from '../orders/operations.js';
import type { Operation, OperationRequest } from '../orders/operation.js';
import { orderProblems } from '../orders/order-problems.js';
import type { Orders } from '../orders/orders.js';

/** Something to be done to a payment. */
export interface Action {
  readonly kind: Exclude<OperationKind, 'open'>;
  readonly appId: Uuid;
  /** `pay_...` */
  readonly id: string;
  readonly idempotencyKey: string | undefined;
  /** As the caller sent it. */
  readonly asked: object;
  /** What of it is kept, so that it can be asked for again. */
  readonly request: OperationRequest;
  readonly make: (gateway: PaymentGateway, call: Call) => Promise<GatewayOutcome<PaymentState | RefundState>>;
}

export interface Acted {
  readonly view: PaymentOperationView;
  /** The Idempotency-Key was used for it before. */
  readonly repeated: boolean;
}

/** What callers may do to a payment: each once under its key, one at a time for an order. */
export class PaymentActions {
  constructor(
    private readonly orders: Orders,
    private readonly operations: Operations,
  ) {}

  /** @throws Problem unless it was done. */
  async act(action: Action): Promise<Acted> {
    const { appId, id, kind, request, idempotencyKey, asked } = action;
    const paymentId = parseId('payment', id);
    const payment = paymentId === undefined ? undefined : await this.orders.payment(appId, paymentId);
    if (payment === undefined) throw problems.notFound('The app has no payment with this id.');
    const { orderId, amount, currency } = payment;
    const bound = { ...asked, id, orderId, of: [amount, currency] };
    const key = clientKey(appId, `POST /v1/payments/:id/${kind}`, idempotencyKey, bound);
    const begun = await beginning(() => this.orders.change(payment, key, kind, request));
    if (begun.kind === 'live') throw new Error('a change of a payment has an operation');
    if (begun.kind === 'repeated') return { view: answerOf(begun.operation), repeated: true };
    // As it stood under the lock, which may be otherwise than a moment before.
    const { operation, outcome } = await this.operations.perform(begun.operation, begun.payment, action.make);
    if (operation.state === 'not_done' && outcome.kind === 'not_done') throw orderProblems.notDone(outcome);
    if (operation.state === 'unknown') throw orderProblems.unknown(payment.id);
    return { view: answerOf(operation), repeated: false };
  }
}

/** @throws Problem unless it was done. */
function answerOf(operation: Operation): PaymentOperationView {
  const { id, kind, paymentId, orderId, state, outcome } = operation;
  if (state === 'running') throw orderProblems.underWay();
  if (state === 'unknown') throw orderProblems.fenced(operation);
  if (outcome === null || kind === 'open') {
    throw orderProblems.notDone({ reason: 'it did not happen', retryAfterMs: 0 });
  }
  switch (outcome.kind) {
    case 'declined':
      throw orderProblems.declined(outcome);
    case 'refused':
      throw orderProblems.refused(outcome);
    case 'done':
      return {
        id: formatId('operation', id),
        kind,
        paymentId: formatId('payment', paymentId),
        orderId,
        ...('amountReceived' in outcome.value ? ofPayment(outcome.value) : ofRefund(outcome.value)),
      };
  }
}

type Result = Pick<PaymentOperationView, 'payment' | 'refund'>;

function ofPayment({ status, amountReceived, amountCapturable, nextAction }: PaymentState): Result {
  return { payment: { status, amountReceived, amountCapturable, nextAction: nextAction ?? null }, refund: null };
}

const ofRefund = ({ ref, status, amount }: RefundState): Result => ({
  payment: null,
  refund: { id: ref, status, amount },
});
