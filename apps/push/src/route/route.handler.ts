import { formatId, type Lane } from '@signalbox/contracts';
import type { CredentialReader } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { LeasedWork, Publisher, WorkEnd, WorkHandler } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { handOutPutOff, isPutOff } from '../broadcasts/put-off.js';
import { notificationsOf, type StoredNotification } from '../work/notifications-by-id.js';
import { pushWork, type RouteItem } from '../work/push-work.js';
import { routeQueueOf } from '../work/queue-of-lane.js';
import { planItems } from './plan-items.js';
import { refusedUnseen } from './plan-route.js';
import { writePlan } from './route-devices.js';

export interface RouteDependencies {
  readonly database: Database;
  readonly credentials: CredentialReader;
  readonly publisher: Publisher;
}

/** Rows at once. Each waits for some ten answers of the database, so few at once leave it idle: with four, 200 a second queued up. */
const CONCURRENCY: Record<Lane, number> = { transactional: 12, bulk: 4 };

/**
 * Turns accepted notifications into work per (credential, lane), in one transaction that begins by locking the work row:
 * whoever cancels takes the same lock, so cancelling or routing wins, never both. Phones that a broadcast put off go at its pace.
 */
export function routeHandler(lane: Lane, dependencies: RouteDependencies): WorkHandler<RouteItem> {
  return {
    queue: routeQueueOf(lane),
    concurrency: CONCURRENCY[lane],
    handle: (work, lease) => (isPutOff(work) ? handOutPutOff(work, lease, dependencies) : route(work, dependencies)),
    handlePoison: (work) => giveUp(work, dependencies),
  };
}

async function route(
  work: LeasedWork<RouteItem>,
  { database, credentials, publisher }: RouteDependencies,
): Promise<WorkEnd> {
  const routed = await atCrashPoint('route.commit', () =>
    database.transaction(async (tx) => {
      const items = await pushWork.lock<RouteItem>(tx, work);
      if (items === undefined) return undefined;
      const now = Date.now();
      const plan = await atCrashPoint('route.load', () => planItems(tx, work.rootId, items, credentials, now));
      const offers = await writePlan(tx, work.rootId, plan, now);
      await pushWork.remove(tx, work);
      return { plan, offers };
    }),
  );
  if (routed === undefined) return { end: 'lost' };
  await publisher.publish(routed.offers, 'route.publish');
  const { children, refusals, delays } = routed.plan;
  return {
    end: 'settled',
    summary: {
      routed: children.reduce((sum, child) => sum + child.items.length, 0),
      refused: refusals.length,
      ...(delays.length > 0 && { delayed: delays.length }),
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
