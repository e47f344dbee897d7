import type { Database } from '@signalbox/database';
import type { Call, PaymentState, RefundState, Unsettled } from '../gateway/gateway.js';
import type { Gateways } from '../gateway/gateways.js';
import type { Outcomes, Taken } from '../outcomes/outcomes.js';
import { endOperation } from './end-operation.js';
import { targetOf, type Operation, type OrderedPayment } from './operation.js';
import { ORDERED_PAYMENT, PURGE_KEYS, UNSETTLED } from './order.queries.js';

/** What the janitor does about calls that move money. */
export function orderOutcomes(
  database: Database,
  gateways: Gateways,
): Outcomes<Operation & Taken, PaymentState | RefundState> {
  const paymentOf = async ({ paymentId, appId }: Operation): Promise<OrderedPayment | undefined> =>
    (await database.query<OrderedPayment>(ORDERED_PAYMENT, [paymentId, appId])).rows[0];
  return {
    name: 'payment',
    what: 'calls about money',
    queries: UNSETTLED,
    purge: PURGE_KEYS,
    async ask(operation) {
      const { id, kind, key, ageMs, asked, gateway } = operation;
      const payment = await paymentOf(operation);
      // A payment that nobody was told of takes no money.
      if (kind === 'open' || payment === undefined) return { kind: 'not_happened' };
      const { amount, reason } = operation.request;
      const call: Call = { target: targetOf(payment), operation: id, key };
      const unsettled = { kind, ageMs, asked, call: { ...call, amount, reason } } as Unsettled;
      return gateways.named(gateway).settle(unsettled);
    },
    async keep(operation, outcome) {
      const payment = await paymentOf(operation);
      await endOperation(database, operation, payment?.account ?? '', outcome, 'janitor');
    },
  };
}
