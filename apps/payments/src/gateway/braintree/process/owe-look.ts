import { newUuid, QUEUES, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { paymentsWork, type BraintreeItem } from '../../../work/payments-work.js';
import { OFFER_AT_ONCE } from './process.queries.js';

/**
 * Owes a look at a Braintree payment whose operation came to an end, in the transaction that keeps that: Braintree sends no word of
 * most of what we do there, so what follows from it is told by whoever looks. The offer loop finds it within a second.
 */
export async function oweLook(tx: Sql, appId: Uuid, payment: Uuid, operation: Uuid): Promise<void> {
  const id = newUuid();
  const items: BraintreeItem[] = [{ p: payment, o: operation }];
  const queue = QUEUES.braintreeTransactional;
  await paymentsWork.enqueue(tx, [{ id, rootId: id, queue, lane: 'transactional', appId, credentialId: appId, items }]);
  await tx.query(OFFER_AT_ONCE, [id]);
}
