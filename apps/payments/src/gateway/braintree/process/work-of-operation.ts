import { newUuid, QUEUES, type Uuid } from '@signalbox/contracts';
import type { NewWork } from '@signalbox/queues';
import type { BraintreeItem } from '../../../work/payments-work.js';

/**
 * What an operation of a Braintree payment leaves to be done once its end is kept, in the same transaction: Braintree sends no word of
 * most of what we do there, so whoever did it has it looked at and told.
 */
export function workOfOperation(appId: Uuid, payment: Uuid, operation: Uuid): NewWork {
  const id = newUuid();
  const items: BraintreeItem[] = [{ p: payment, o: operation }];
  const queue = QUEUES.braintreeTransactional;
  return { id, rootId: id, queue, lane: 'transactional', appId, credentialId: appId, items };
}
