import { newUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { atCrashPoint } from '@signalbox/resilience';
import { DEADLINES_MS } from '../gateway/call-guard.js';
import type { GatewayName } from '../gateway/gateway.js';
import type { SubscriptionOrder } from '../gateway/subscription-gateway.js';
import type { ClientKey } from '../orders/client-key.js';
import { orderProblems } from '../orders/order-problems.js';
import { endsEvenIfAsked, type FoundBy } from '../outcomes/even-if-asked.js';
import { accountProblems } from './account-problems.js';
import { aboutOf, type SubscriptionOperation, type SubscriptionOutcome } from './subscription-operation.js';
import { BEGIN, BY_ID, EARLIER, END, OPEN, UNSETTLED } from './subscription.queries.js';

/** Seconds beyond the longest deadline after which an operation that nobody ended is somebody else's to ask for. */
const MARGIN_S = 5;
/** Seconds until an unknown outcome is asked for the first time. */
const FIRST_ASKED_S = 2;
/** What stood in the way may be gone when it is looked for. */
const TRIES = 3;

export interface BegunOperation {
  readonly operation: SubscriptionOperation;
  /** The key was used for the same before. */
  readonly repeated: boolean;
}

/**
 * Every change of a subscription is written here before the gateway is called. Two unique indexes are its whole order: a key
 * stands for one request, and about one subscription, or one user's new one, one thing is open at a time.
 */
export class SubscriptionBook {
  constructor(private readonly sql: Sql) {}

  /** What the key stands for. @throws Problem when it was for something else. */
  async earlier({ k, requestHash }: ClientKey): Promise<SubscriptionOperation | undefined> {
    const { rows } = await this.sql.query<SubscriptionOperation & { requestHash: Buffer }>(EARLIER, [k]);
    const [found] = rows;
    if (found !== undefined && !found.requestHash.equals(requestHash)) throw orderProblems.keyReused();
    return found;
  }

  /** @throws Problem when something else is open. */
  async begin(appId: Uuid, gateway: GatewayName, order: SubscriptionOrder, key: ClientKey): Promise<BegunOperation> {
    const [id, about] = [newUuid(), aboutOf(order)];
    const settleS = DEADLINES_MS.charge / 1_000 + MARGIN_S;
    const row = [id, appId, gateway, order.kind, about, `sbx-${id}`, key.k, key.requestHash, order, settleS];
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const { rows } = await atCrashPoint('order.begin', () => this.sql.query<SubscriptionOperation>(BEGIN, row));
      if (rows[0] !== undefined) return { operation: rows[0], repeated: false };
      const earlier = await this.earlier(key);
      if (earlier !== undefined) return { operation: earlier, repeated: true };
      const open = (await this.sql.query<SubscriptionOperation>(OPEN, [appId, about])).rows[0];
      if (open?.state === 'unknown') throw accountProblems.subscriptionFenced(open.kind);
    }
    throw orderProblems.underWay();
  }

  /** Keeps what came of it; of an unknown outcome, when to ask for it. @returns the operation as it is kept. */
  end(operation: SubscriptionOperation, outcome: SubscriptionOutcome, by: FoundBy): Promise<SubscriptionOperation> {
    const { id } = operation;
    return atCrashPoint('order.end', async () => {
      if (outcome.kind === 'unknown') await this.sql.query(UNSETTLED.later, [id, FIRST_ASKED_S]);
      else {
        const isNothing = outcome.kind === 'not_done';
        const kept = isNothing ? null : outcome;
        await this.sql.query(END, [id, outcome.kind, kept, isNothing, endsEvenIfAsked(by, outcome)]);
      }
      return (await this.sql.query<SubscriptionOperation>(BY_ID, [id])).rows[0]!;
    });
  }
}
