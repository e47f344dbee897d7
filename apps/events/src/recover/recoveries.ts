import { firstUuidAt, type RecoverAnswer, type RecoverRequest, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Publisher } from '@signalbox/queues';
import { lockReceiver } from '../endpoints/lock-receiver.js';
import { eventsWork } from '../work/events-work.js';
import { recoverWork } from './recover.handler.js';

/**
 * Milliseconds by which another process' clock may be ahead, and with it the ids of the events it wrote. What comes in that
 * time is taken on by the feed or here, whoever is first, and once.
 */
const CLOCKS_APART_MS = 60_000;

export type RecoverRefused = 'no_such_endpoint' | 'endpoint_disabled';

/** Sends again what an endpoint failed to take, and what it was never sent. */
export class Recoveries {
  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
  ) {}

  /** Takes the wish on; the work is done in slices, at the pace that was asked for. */
  async begin(appId: Uuid, endpoint: Uuid, request: RecoverRequest): Promise<RecoverAnswer | RecoverRefused> {
    const { perSecond } = request;
    const [since, until] = [new Date(request.since), new Date()];
    const offers = await this.database.transaction(async (tx) => {
      const receiver = await lockReceiver(tx, endpoint);
      if (receiver?.appId !== appId) return 'no_such_endpoint';
      if (!receiver.enabled) return 'endpoint_disabled';
      const item = {
        endpoint,
        after: firstUuidAt(since.getTime()),
        until: firstUuidAt(until.getTime() + CLOCKS_APART_MS),
        perSecond,
      };
      return eventsWork.enqueue(tx, [recoverWork(appId, item, 0)]);
    });
    if (typeof offers === 'string') return offers;
    void this.publisher.publish(offers, 'webhook.publish');
    return { since: since.toISOString(), until: until.toISOString(), perSecond };
  }
}
