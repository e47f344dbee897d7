import { DatabaseUnreachable } from '@signalbox/database';
import { atCrashPoint } from '@signalbox/resilience';
import { orderProblems } from '../orders/order-problems.js';
import type { FoundBy } from '../outcomes/even-if-asked.js';
import type { Refetch } from '../process/refetch.js';
import type { AccountGateways } from './account-gateways.js';
import { accountProblems } from './account-problems.js';
import type { SubscriptionBook } from './subscription-book.js';
import { callOf, type SubscriptionOperation, type SubscriptionOutcome } from './subscription-operation.js';

/** The janitor looked, and the gateway knows nothing of it. */
const FOUND_NOT_DONE = { reason: 'not_there', retryAfterMs: 0 };

/** Makes the calls that are in the book, each once, and has the process stage look at what they changed. */
export class SubscriptionPerformer {
  constructor(
    private readonly book: SubscriptionBook,
    private readonly gateways: AccountGateways,
    private readonly refetch: Refetch,
  ) {}

  /** @returns the operation as it ended. @throws Problem when it is not known how, or nothing happened. */
  async perform(operation: SubscriptionOperation): Promise<SubscriptionOperation> {
    const { id, request, gateway } = operation;
    if (request === null) throw new Error(`what operation ${id} asks for is not there any more`);
    const subscriptions = this.gateways.billingAt(gateway);
    const outcome = await atCrashPoint('order.call', () => subscriptions.make(callOf(operation, request)));
    try {
      const ended = await this.end(operation, outcome, 'caller');
      if (ended.state === 'not_done')
        throw orderProblems.notDone(outcome.kind === 'not_done' ? outcome : FOUND_NOT_DONE);
      if (ended.endedAt === null) throw accountProblems.subscriptionUnknown(id);
      return ended;
    } catch (error) {
      if (!(error instanceof DatabaseUnreachable)) throw error;
      throw accountProblems.subscriptionUnknown(id);
    }
  }

  /** Keeps what came of an operation, whoever found it out. Whoever is told of it finds our state to be of that moment. */
  async end(
    operation: SubscriptionOperation,
    outcome: SubscriptionOutcome,
    by: FoundBy,
  ): Promise<SubscriptionOperation> {
    if (outcome.kind === 'done') {
      const { ref: objectId, livemode } = outcome.value;
      const { id, appId } = operation;
      await this.refetch.after(id, { appId, account: '', livemode, objectType: 'subscription', objectId });
    }
    return this.book.end(operation, outcome, by);
  }
}
