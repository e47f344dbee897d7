import { type Database, DatabaseUnreachable } from '@signalbox/database';
import { problems } from '@signalbox/http';
import { atCrashPoint } from '@signalbox/resilience';
import type { Call, PaymentGateway, PaymentState, RefundState } from '../gateway/gateway.js';
import type { Gateways } from '../gateway/gateways.js';
import type { GatewayOutcome } from '../gateway/outcome.js';
import { endOperation } from './end-operation.js';
import { targetOf, type Operation, type OrderedPayment } from './operation.js';
import { orderProblems } from './order-problems.js';

type Outcome = GatewayOutcome<PaymentState | RefundState>;
type Make = (gateway: PaymentGateway, call: Call) => Promise<Outcome>;

/** Makes the calls that were kept, each once, and keeps what came of them. */
export class Operations {
  constructor(
    private readonly database: Database,
    private readonly gateways: Gateways,
  ) {}

  /** @returns the operation, ended or unknown, and the outcome of this very call. @throws Problem when that could not be kept. */
  async perform(
    operation: Operation,
    payment: OrderedPayment,
    make: Make,
  ): Promise<{ readonly operation: Operation; readonly outcome: Outcome }> {
    const gateway = this.gateways.named(payment.gateway);
    const call: Call = { target: targetOf(payment), operation: operation.id, key: operation.key };
    const outcome = await atCrashPoint('order.call', () => make(gateway, call));
    try {
      return { operation: await endOperation(this.database, operation, payment.account, outcome, 'caller'), outcome };
    } catch (error) {
      if (!(error instanceof DatabaseUnreachable)) throw error;
      throw orderProblems.unknown(payment.id);
    }
  }
}

/** The database did not say whether something was begun: its answer must not say that nothing was. @throws Problem */
export async function beginning<Begun>(begin: () => Promise<Begun>): Promise<Begun> {
  try {
    return await begin();
  } catch (error) {
    if (!(error instanceof DatabaseUnreachable)) throw error;
    const detail = 'The database does not answer: send the same request with the same Idempotency-Key again.';
    throw problems.unavailable(detail, 1, error);
  }
}
