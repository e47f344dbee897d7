import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { isWarnedOf } from '../notify/is-warned-of.js';
import type { StoredNotification } from '../work/notifications-by-id.js';
import type { RouteItem } from '../work/push-work.js';
import type { Addressed, ResolvedDevice } from './addressed.js';
import { DEVICES_BY_PLACE, DEVICES_OF_INSTALLATIONS, DEVICES_OF_USERS } from './route.queries.js';

interface Found extends Omit<ResolvedDevice, 'of'> {
  readonly place: number;
  readonly sessionId: string | null;
  readonly lastSeenAt: Date;
}

/** Where one item goes: to users, to an installation, or to the one phone that it names. */
interface Wanted {
  readonly place: number;
  readonly appId: Uuid;
  readonly names: readonly string[];
}

/** Finds the devices of many items, as the registry has them at this moment, with a statement for each way of naming them. */
export async function resolveRecipients(
  sql: Sql,
  items: readonly RouteItem[],
  notifications: ReadonlyMap<Uuid, StoredNotification>,
): Promise<Addressed[]> {
  const known = items.flatMap((item) => {
    const notification = notifications.get(item.n);
    return notification === undefined ? [] : [{ item, notification }];
  });
  const wanted = known.map(({ item, notification }, place) => ({
    item,
    to: notification.payload.to,
    place,
    appId: notification.appId,
  }));
  const named = wanted.filter(({ item }) => item.v === undefined);
  const [devices, ofUsers, ofInstallations] = [
    await find(
      sql,
      DEVICES_BY_PLACE,
      wanted.map((each) => ({ ...each, names: each.item.v === undefined ? [] : [each.item.v] })),
    ),
    await find(
      sql,
      DEVICES_OF_USERS,
      named.map((each) => ({ ...each, names: usersOf(each.item, each.to) })),
    ),
    await find(
      sql,
      DEVICES_OF_INSTALLATIONS,
      named.map((each) => ({ ...each, names: 'installationId' in each.to ? [each.to.installationId] : [] })),
    ),
  ];
  const found = Map.groupBy([...devices, ...ofUsers, ...ofInstallations], ({ place }) => place);
  return known.map(({ item, notification }, place) => addressed(item, notification, found.get(place) ?? []));
}

async function find(sql: Sql, statement: string, wanted: readonly Wanted[]): Promise<Found[]> {
  const asked = wanted.flatMap(({ names, ...rest }) => names.map((name) => ({ ...rest, name })));
  if (asked.length === 0) return [];
  const { rows } = await sql.query<Found>(statement, [
    asked.map(({ place }) => place),
    asked.map(({ appId }) => appId),
    asked.map(({ name }) => name),
  ]);
  return rows;
}

function addressed(item: RouteItem, notification: StoredNotification, found: readonly Found[]): Addressed {
  const { to } = notification.payload;
  const users = usersOf(item, to);
  const asked = 'installationId' in to ? [to.installationId] : users;
  const resolved = (those: readonly Found[]): ResolvedDevice[] =>
    those.map(({ place: _place, sessionId: _session, lastSeenAt: _seen, ...device }) => {
      return { ...device, of: users.length === 0 ? (asked[0] ?? '') : device.userId! };
    });
  // One that is named itself gets an outcome, which sending finds.
  const isLeftOut = ({ sessionId }: Found): boolean =>
    item.v === undefined && users.length > 0 && isWarnedOf(notification.payload, sessionId);
  // Who is asked for by name is asked for with all phones.
  const isComplete = item.v === undefined && users.length > 0;
  return {
    notification,
    item,
    asked: item.v === undefined ? asked : [],
    devices: resolved(found.filter((each) => !isLeftOut(each))),
    leftOut: resolved(found.filter(isLeftOut)),
    ...(isComplete && { zones: zonesOf(users, found) }),
  };
}

/** The zone of the phone that each user was seen with last. */
function zonesOf(users: readonly string[], found: readonly Found[]): ReadonlyMap<string, string | null> {
  const seen = found
    .filter(({ status, timeZone }) => status === 'active' && timeZone !== null)
    .toSorted((one, other) => one.lastSeenAt.getTime() - other.lastSeenAt.getTime());
  return new Map([
    ...users.map((user) => [user, null] as const),
    ...seen.map((each) => [each.userId!, each.timeZone] as const),
  ]);
}

function usersOf(item: RouteItem, to: StoredNotification['payload']['to']): string[] {
  if (item.u !== undefined) return [item.u];
  if ('userId' in to) return [to.userId];
  return 'userIds' in to ? [...new Set(to.userIds)] : [];
}
