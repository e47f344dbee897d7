import { formatId, type Uuid } from '@signalbox/contracts';
import type { PaymentTarget } from '../gateway.js';
import type { ReadOutcome } from '../outcome.js';
import type { BraintreeCalls } from './braintree-calls.js';
import { readDispute, readTransaction, UnknownShape, type Dispute, type Transaction } from './transaction.js';

/** An operation as Braintree knows it: a sale's, or a refund's, order id. */
export function orderIdOf(operation: Uuid): string {
  return formatId('operation', operation);
}

/** Asks for transactions. */
export class Transactions {
  constructor(private readonly calls: BraintreeCalls) {}

  find(appId: Uuid, id: string): Promise<ReadOutcome<Transaction>> {
    return this.calls.read({
      appId,
      name: 'find',
      make: async ({ sdk }) => readTransaction(await sdk.transaction.find(id)),
    });
  }

  /** The sale that a payment is; missing also while there is none. */
  of({ appId, ref }: PaymentTarget): Promise<ReadOutcome<Transaction>> {
    return ref === undefined ? Promise.resolve({ kind: 'missing' }) : this.find(appId, ref);
  }

  /** What an operation made: a declined sale is there as well. */
  byOperation(appId: Uuid, operation: Uuid): Promise<ReadOutcome<readonly Transaction[]>> {
    const orderId = orderIdOf(operation);
    return this.calls.read({
      appId,
      name: 'search',
      make: async ({ sdk }) => {
        const found: Transaction[] = [];
        for await (const each of sdk.transaction.search((search) => search.orderId().is(orderId)))
          found.push(readTransaction(each));
        // A search that looked for something else would have us believe anything.
        if (found.some((each) => each.orderId !== orderId)) throw new UnknownShape('the search found another order');
        return found;
      },
    });
  }

  dispute(appId: Uuid, id: string): Promise<ReadOutcome<Dispute>> {
    return this.calls.read({
      appId,
      name: 'dispute',
      make: async ({ sdk }) => readDispute(((await sdk.dispute.find(id)) as { readonly dispute?: unknown }).dispute),
    });
  }
}
