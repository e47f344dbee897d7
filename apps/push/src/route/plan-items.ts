import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { linkToRequests, notificationsOf, type StoredNotification } from '../work/notifications-by-id.js';
import type { RouteItem } from '../work/push-work.js';
import { type LookedUp, lookUp } from './look-up.js';
import type { RoutePlan } from './plan-route.js';
import { routeDevices } from './route-devices.js';

/** A plan, and what it was made from. */
export interface Planned {
  readonly plan: RoutePlan;
  readonly notifications: ReadonlyMap<Uuid, StoredNotification>;
  readonly found: LookedUp;
}

/** Decides what becomes of the items of a work row. `now`: milliseconds since 1970. */
export async function planItems(tx: Sql, rootId: Uuid, items: readonly RouteItem[], now: number): Promise<Planned> {
  const notifications = await notificationsOf(tx, items);
  linkToRequests(notifications);
  const found = await lookUp(tx, items, notifications);
  return { plan: await routeDevices(tx, rootId, found.addressed, found, now), notifications, found };
}
