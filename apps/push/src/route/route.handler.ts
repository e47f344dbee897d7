import { formatId, type Lane, type QueueName } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { HandOn, LeasedWork, Publisher, WorkEnd, WorkHandler } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { handOutPutOff, isPutOff } from '../broadcasts/put-off.js';
import type { JustRead } from '../work/just-read.js';
import { notificationsOf, type StoredNotification } from '../work/notifications-by-id.js';
import { pushWork, type RouteItem } from '../work/push-work.js';
import { providerQueuesOf, routeQueueOf } from '../work/queue-of-lane.js';
import { LongWay } from './long-way.js';
import { refusedUnseen } from './plan-route.js';
import { type Routed, routeAtOnce, routeUnderLock } from './route-row.js';
import { writePlan } from './route-devices.js';

export interface RouteDependencies {
  readonly database: Database;
  /** The same, with fixed plans; nothing that reads partitions may be asked of it in a transaction. */
  readonly way: Database;
  readonly publisher: Publisher;
  /** For work that this process may be able to begin itself. */
  readonly handOn: (queues: readonly QueueName[]) => HandOn;
  readonly justRead: JustRead;
}

/** Rows at once. Each waits for some answers of the database in turn, so few at once leave it idle: with four, 200 a second queued up. */
const CONCURRENCY: Record<Lane, number> = { transactional: 12, bulk: 4 };

/**
 * Turns accepted notifications into work per (credential, lane). Whoever cancels takes the lock of the same row, so cancelling or
 * routing wins, never both. Phones that a broadcast put off go at its pace.
 */
export function routeHandler(lane: Lane, dependencies: RouteDependencies): WorkHandler<RouteItem> {
  const longWay = new LongWay();
  const queues = providerQueuesOf(lane);
  return {
    queue: routeQueueOf(lane),
    concurrency: CONCURRENCY[lane],
    handle: (work, lease) =>
      isPutOff(work) ? handOutPutOff(work, lease, dependencies) : route(work, queues, longWay, dependencies),
    handlePoison: (work) => giveUp(work, dependencies),
  };
}

async function route(
  work: LeasedWork<RouteItem>,
  queues: readonly QueueName[],
  longWay: LongWay,
  { database, way, publisher, handOn, justRead }: RouteDependencies,
): Promise<WorkEnd> {
  const handing = handOn(queues);
  let routed: Routed | undefined;
  try {
    routed = await routeAtOnce(way, work, handing, longWay);
    if (routed === undefined) {
      handing.giveBack();
      await handing.isKnown();
      routed = await routeUnderLock(database, work, handing);
    }
    if (routed === undefined) return { end: 'lost' };
    await atCrashPoint('route.hand-on', () => {
      for (const [lease, read] of routed!.forSending) justRead.keep(lease, read);
      handing.begin();
      return Promise.resolve();
    });
  } finally {
    handing.giveBack();
  }
  await publisher.publish(routed.offers, 'route.publish');
  const { children, refusals, delays } = routed.plan;
  return {
    end: 'settled',
    summary: {
      routed: children.reduce((sum, child) => sum + child.items.length, 0),
      refused: refusals.length,
      ...(delays.length > 0 && { delayed: delays.length }),
      ...(routed.handedOn > 0 && { handedOn: routed.handedOn }),
    },
  };
}

/** A notification, or the part for one phone, that kills every worker that routes it ends with a reason instead of killing on. */
async function giveUp(work: LeasedWork<RouteItem>, { database }: RouteDependencies): Promise<WorkEnd> {
  return database.transaction(async (tx): Promise<WorkEnd> => {
    const items = await pushWork.lock<RouteItem>(tx, work);
    if (items === undefined) return { end: 'lost' };
    const notifications = await notificationsOf(tx, items);
    const given = items.flatMap((item) => {
      const notification = notifications.get(item.n);
      return notification === undefined ? [] : [{ item, notification }];
    });
    const facts = given
      .filter(({ item }) => item.v === undefined)
      .map(({ notification }) => undeliverable(notification));
    const refusals = given.flatMap(({ item, notification }) =>
      item.v === undefined ? [] : [refusedUnseen(notification, item.v, 'crashes_worker')],
    );
    await writePlan(tx, work.rootId, { children: [], delays: [], facts, refusals }, Date.now());
    await pushWork.remove(tx, work);
    return { end: 'settled', summary: { gaveUp: items.length } };
  });
}

function undeliverable(notification: StoredNotification) {
  return {
    appId: notification.appId,
    type: 'notification.undeliverable' as const,
    subject: formatId('notification', notification.id),
    data: { reason: 'crashes_worker' },
  };
}
