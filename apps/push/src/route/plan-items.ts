import type { Uuid } from '@signalbox/contracts';
import type { CredentialReader } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { notificationsOf } from '../work/notifications-by-id.js';
import type { RouteItem } from '../work/push-work.js';
import type { RoutePlan } from './plan-route.js';
import { resolveRecipients } from './resolve-recipients.js';
import { routeDevices } from './route-devices.js';

/** Decides, inside a transaction, what becomes of the items of a work row. `now`: milliseconds since 1970. */
export async function planItems(
  tx: Sql,
  rootId: Uuid,
  items: readonly RouteItem[],
  credentials: CredentialReader,
  now: number,
): Promise<RoutePlan> {
  const notifications = await notificationsOf(tx, items);
  return routeDevices(tx, rootId, await resolveRecipients(tx, items, notifications), credentials, now);
}
