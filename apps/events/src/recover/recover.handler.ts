import { newUuid, QUEUES, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import type { LeasedWork, NewWork, Offer, Publisher, WorkEnd, WorkHandler } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import { lockReceiver } from '../endpoints/lock-receiver.js';
import { eventsWork, type RecoverItem } from '../work/events-work.js';
import { recoverSlice } from './recover-slice.js';

export interface RecoverDependencies {
  readonly database: Database;
  readonly publisher: Publisher;
  readonly logger: Logger;
}

const CONCURRENCY = 4;

/** Works recoveries off, slice by slice. Each slice is one commit that also makes the work row of the next. */
export function recoverHandler({ database, publisher, logger }: RecoverDependencies): WorkHandler<RecoverItem> {
  return {
    queue: QUEUES.recoverBulk,
    concurrency: CONCURRENCY,
    async handle(work): Promise<WorkEnd> {
      const done = await atCrashPoint('recover.commit', () => database.transaction((tx) => recover(tx, work)));
      if (done === 'lost') return { end: 'lost' };
      void publisher.publish(done.offers, 'webhook.publish');
      return { end: 'settled', summary: { recovered: done.count } };
    },
    async handlePoison(work): Promise<WorkEnd> {
      logger.error(
        { work: work.id, items: work.items },
        'a recovery kills its workers and is given up; ask for it again',
      );
      await eventsWork.remove(database, work);
      return { end: 'settled', summary: { givenUp: work.items } };
    },
  };
}

async function recover(
  tx: Sql,
  work: LeasedWork<RecoverItem>,
): Promise<{ readonly offers: Offer[]; readonly count: number } | 'lost'> {
  const item = work.items[0]!;
  const receiver = await lockReceiver(tx, item.endpoint);
  if (!(await eventsWork.remove(tx, work))) return 'lost';
  // Disabled in between, or deleted: whoever enables it asks again.
  if (receiver?.enabled !== true) return { offers: [], count: 0 };
  const { offers, count, next } = await recoverSlice(tx, receiver, item);
  if (next === undefined) return { offers, count };
  const delay = Math.ceil(count / item.perSecond) * 1_000;
  const rest = recoverWork(receiver.appId, { ...item, after: next }, delay);
  return { offers: [...offers, ...(await eventsWork.enqueue(tx, [rest]))], count };
}

/** The work row of a recovery. */
export function recoverWork(appId: Uuid, item: RecoverItem, delay: number): NewWork {
  const id = newUuid();
  return { id, rootId: id, queue: QUEUES.recoverBulk, lane: 'bulk', appId, items: [item], delay };
}
